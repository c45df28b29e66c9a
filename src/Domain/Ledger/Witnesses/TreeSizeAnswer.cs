using Domain.Ledger.Text;

namespace Domain.Ledger.Witnesses;

/// <summary>The body of a witness's answer 409, by tlog-witness, "add-checkpoint": the size of the checkpoint that it cosigned last.</summary>
/// <param name="Size">The number of leaves; 0 where it has cosigned none.</param>
public sealed record TreeSizeAnswer(long Size)
{
    /// <summary>The media type of the answer.</summary>
    public const string MediaType = "text/x.tlog.size";

    private const int MostBytes = 20;

    /// <summary>Reads the body of an answer.</summary>
    /// <param name="body">The whole body.</param>
    public static Parsed<TreeSizeAnswer> Parse(ReadOnlySpan<byte> body) =>
        body.Length <= MostBytes && StrictUtf8.Decode(body) is [.. var digits, '\n'] && StrictDecimal.Parse(digits) is { } size
            ? new TreeSizeAnswer(size)
            : new Malformed("The answer is a tree size in decimal digits without leading zeros, and a line end");

    /// <summary>The body of the answer.</summary>
    public byte[] Format() => StrictUtf8.Encode($"{StrictDecimal.Format(Size)}\n");
}
