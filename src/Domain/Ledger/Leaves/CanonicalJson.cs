using System.Text.Json;
using Domain.Ledger.Text;

namespace Domain.Ledger.Leaves;

/// <summary>
/// JSON in the one spelling of RFC 8785: no white space, members by the UTF-16 code units of their names, strings and numbers as ECMAScript writes them. It
/// is made from bytes as they were stored, never from an object in memory.
/// </summary>
/// <remarks>
/// Numbers are doubles, as RFC 8785 has it: two that differ beyond a double's digits have one spelling. What RFC 8785 and I-JSON (RFC 7493) rule out is
/// refused: a name twice in an object, half of a surrogate pair, a number beyond the doubles; and nesting beyond <see cref="Deepest"/> levels.
/// </remarks>
public static class CanonicalJson
{
    /// <summary>How many objects and arrays may lie within one another, 64.</summary>
    public const int Deepest = 64;

    /// <summary>The one spelling of a JSON text.</summary>
    /// <param name="json">A JSON text in UTF-8, without a byte order mark.</param>
    public static Parsed<byte[]> Canonicalize(ReadOnlySpan<byte> json) => Canonicalize(json, Deepest);

    /// <summary>The one spelling of a JSON text with another bound on its nesting.</summary>
    /// <param name="json">A JSON text in UTF-8, without a byte order mark.</param>
    /// <param name="deepest">How many objects and arrays may lie within one another.</param>
    internal static Parsed<byte[]> Canonicalize(ReadOnlySpan<byte> json, int deepest)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = deepest });
            var writer = new CanonicalWriter(json.Length);
            reader.Read();
            if (writer.Write(ref reader) is { } reason)
                return new Malformed(reason);
            // Reads to the end: whatever follows the value is refused there.
            reader.Read();
            return writer.ToArray();
        }
        catch (JsonException e)
        {
            return new Malformed($"This is no JSON text, at byte {e.BytePositionInLine} of line {e.LineNumber + 1}, or it is nested too deeply");
        }
    }

    /// <summary>The one spelling of a text as a JSON string.</summary>
    /// <param name="text">The text.</param>
    public static Parsed<byte[]> OfText(string text)
    {
        if (!StrictUtf8.CanEncode(text))
            return new Malformed(CanonicalWriter.NotText);
        var writer = new CanonicalWriter(text.Length + 2);
        writer.WriteString(text);
        return writer.ToArray();
    }
}
