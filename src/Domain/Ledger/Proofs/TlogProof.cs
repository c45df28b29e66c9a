using Domain.Ledger.Checkpoints;
using Domain.Ledger.Merkle;
using Domain.Ledger.Text;

namespace Domain.Ledger.Proofs;

/// <summary>
/// A file that proves offline that an entry is in a log: <c>c2sp.org/tlog-proof@v1</c>, by tlog-proof, "Format". Its name ends in <see cref="FileExtension"/>.
/// </summary>
/// <param name="Extra">What the application adds, not empty; null where it adds nothing. Nothing authenticates it.</param>
/// <param name="Index">The index of the entry, from 0.</param>
/// <param name="Hashes">The inclusion proof in the checkpoint's tree, from the leaf's sibling up (RFC 6962, section 2.1.1).</param>
/// <param name="Checkpoint">The checkpoint with its signatures.</param>
public sealed record TlogProof(ReadOnlyMemory<byte>? Extra, long Index, IReadOnlyList<Digest> Hashes, SignedCheckpoint Checkpoint)
{
    /// <summary>How the names of such files end.</summary>
    public const string FileExtension = ".tlog-proof";

    /// <summary>The most bytes that a proof may have here, 16 MiB: a disclosure travels in <see cref="Extra"/>.</summary>
    public const int MostBytes = 16 * 1024 * 1024;

    private const string Header = "c2sp.org/tlog-proof@v1";
    private const string ExtraPrefix = "extra ";
    private const string IndexPrefix = "index ";
    private const string EmptyLine = "\n\n";

    /// <summary>Whether the entry is in the checkpoint's tree, at the index. Who signed the checkpoint is another question.</summary>
    /// <param name="leafHash">The hash of the entry as a leaf.</param>
    public bool Includes(in Digest leafHash) => new InclusionProof(Index, Checkpoint.Checkpoint.Size, Hashes).Verifies(leafHash, Checkpoint.Checkpoint.Root);

    /// <summary>Reads a proof.</summary>
    /// <param name="bytes">The whole file.</param>
    public static Parsed<TlogProof> Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MostBytes)
            return new Malformed($"A proof has at most {MostBytes:N0} bytes, and this one has {bytes.Length:N0}");
        // The lines before the checkpoint are not empty, so that the first empty line is before it.
        var end = bytes.IndexOf("\n\n"u8);
        if (end < 0 || StrictUtf8.Decode(bytes[..end]) is not { } head)
            return new Malformed("An empty line parts a proof's lines from its checkpoint, and there is none");
        if (head.Split('\n') is not [Header, .. var lines])
            return new Malformed($"The first line of a proof is {Header}");

        ReadOnlyMemory<byte>? extra = null;
        if (lines is [var first, .. var others] && first.StartsWith(ExtraPrefix, StringComparison.Ordinal))
        {
            lines = others;
            if (StrictBase64.Decode(first.AsSpan(ExtraPrefix.Length)) is not { Length: > 0 } given)
                return new Malformed("The extra data is base64, and is left out where there is none");
            extra = given;
        }

        if (
            lines is not [var indexLine, .. var hashLines]
            || !indexLine.StartsWith(IndexPrefix, StringComparison.Ordinal)
            || StrictDecimal.Parse(indexLine.AsSpan(IndexPrefix.Length)) is not { } index
        )
            return new Malformed("After the first line, and the extra data where there is some, comes the index: index <number>");
        if (!HashLines.Parse(hashLines).Is(out var hashes, out var malformed))
            return malformed;
        if (!SignedCheckpoint.Parse(bytes[(end + EmptyLine.Length)..]).Is(out var checkpoint, out malformed))
            return malformed;
        return index < checkpoint.Checkpoint.Size
            ? new TlogProof(extra, index, hashes, checkpoint)
            : new Malformed($"A tree of {checkpoint.Checkpoint.Size} leaves has none with the index {index}");
    }

    /// <summary>The file's bytes.</summary>
    public byte[] Format() => StrictUtf8.Encode(ToString());

    /// <summary>The file as text.</summary>
    public override string ToString()
    {
        var extra = Extra is { } bytes ? $"{ExtraPrefix}{Convert.ToBase64String(bytes.Span)}\n" : "";
        return $"{Header}\n{extra}{IndexPrefix}{StrictDecimal.Format(Index)}\n{HashLines.Format(Hashes)}\n{Checkpoint}";
    }
}
