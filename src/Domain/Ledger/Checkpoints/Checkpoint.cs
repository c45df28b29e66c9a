using Domain.Ledger.Merkle;
using Domain.Ledger.Text;

namespace Domain.Ledger.Checkpoints;

/// <summary>The head of a log's tree at one size: the text of a checkpoint, by tlog-checkpoint, "Note text".</summary>
/// <param name="Origin">Which log; one line, not empty.</param>
/// <param name="Size">The number of leaves, 0 or more.</param>
/// <param name="Root">The root of the tree at that size (RFC 6962, section 2.1).</param>
/// <param name="Extensions">Extension lines, opaque and not empty. A log of ours writes none: ML-DSA-44 cosignatures do not cover them.</param>
public sealed record Checkpoint(string Origin, long Size, Digest Root, IReadOnlyList<string> Extensions)
{
    /// <summary>The head of a log's tree, without extension lines.</summary>
    /// <param name="origin">Which log.</param>
    /// <param name="size">The number of leaves.</param>
    /// <param name="root">The root of the tree at that size.</param>
    public Checkpoint(string origin, long size, Digest root)
        : this(origin, size, root, []) { }

    /// <summary>Reads the text of a checkpoint.</summary>
    /// <param name="text">The note's text, its last line end included.</param>
    public static Parsed<Checkpoint> Parse(string text)
    {
        if (!text.EndsWith('\n'))
            return new Malformed("The text of a checkpoint ends with a line end");
        if (text[..^1].Split('\n') is not [var origin, var sizeLine, var rootLine, .. var extensions])
            return new Malformed("A checkpoint has three lines at least: origin, tree size and root hash");
        if (origin.Length == 0 || extensions.Any(e => e.Length == 0))
            return new Malformed("The lines of a checkpoint are not empty");
        if (StrictDecimal.Parse(sizeLine) is not { } size)
            return new Malformed("The second line of a checkpoint is the tree size, in decimal digits without leading zeros");
        return Digest.Parse(rootLine).Is(out var root, out _)
            ? new Checkpoint(origin, size, root, extensions)
            : new Malformed("The third line of a checkpoint is the root hash: 32 bytes in base64");
    }

    /// <summary>The text of the checkpoint, its last line end included.</summary>
    public string Format() => $"{Origin}\n{StrictDecimal.Format(Size)}\n{Root}\n{string.Concat(Extensions.Select(e => $"{e}\n"))}";
}
