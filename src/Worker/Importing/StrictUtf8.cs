using System.Text;

namespace Worker.Importing;

/// <summary>
/// Text in UTF-8 and in no other encoding. What is not UTF-8 is marked where it stands, so that the row that holds it can be refused, and no other.
/// </summary>
public static class StrictUtf8
{
    /// <summary>
    /// What bytes that are not UTF-8 are read as: a code point that is no character and never will be (Unicode Standard, 23.7), and so has no place in a text
    /// that is exchanged. A file that spells it out is refused as well.
    /// </summary>
    public const char Mark = '\uFFFF';

    private static readonly Encoding Marking = Encoding.GetEncoding(
        "utf-8",
        EncoderFallback.ExceptionFallback,
        new DecoderReplacementFallback(Mark.ToString())
    );

    /// <summary>Reads a stream of UTF-8 with or without its byte order mark; those of other encodings are not UTF-8.</summary>
    public static StreamReader Reader(Stream stream) => new(stream, Marking, detectEncodingFromByteOrderMarks: false, 1 << 16);

    /// <summary>Whether the bytes begin with the byte order mark of UTF-16, in either order, or of UTF-32.</summary>
    public static bool IsMarkedAsUtf16(ReadOnlySpan<byte> beginning) => beginning is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, 0, 0xFE, 0xFF, ..];

    /// <summary>Why a text cannot be kept; null where it can.</summary>
    /// <param name="text">What was read.</param>
    /// <param name="what">What it is, as a message begins.</param>
    public static string? Problem(ReadOnlySpan<char> text, string what) =>
        text.IndexOfAny(Mark, '\0') switch
        {
            < 0 => null,
            var at when text[at] == Mark => $"{what} is not UTF-8; save the file in UTF-8.",
            _ => $"{what} holds a character of code 0, which no text has.",
        };
}
