using System.Text;

namespace Worker.Importing;

/// <summary>Reads text in UTF-8 and in no other encoding. Invalid bytes are marked in place, so that only the row that contains them is refused.</summary>
public static class StrictUtf8
{
    /// <summary>
    /// The replacement for invalid bytes: a noncharacter (Unicode Standard, 23.7), which does not belong in interchanged text. A file that contains it is
    /// refused as well.
    /// </summary>
    public const char Mark = '\uFFFF';

    private static readonly Encoding Marking = Encoding.GetEncoding(
        "utf-8",
        EncoderFallback.ExceptionFallback,
        new DecoderReplacementFallback(Mark.ToString())
    );

    /// <summary>Reads a UTF-8 stream with or without a byte order mark. The marks of other encodings are invalid.</summary>
    public static StreamReader Reader(Stream stream) => new(stream, Marking, detectEncodingFromByteOrderMarks: false, 1 << 16);

    /// <summary>Whether the bytes begin with the byte order mark of UTF-16, in either order, or of UTF-32.</summary>
    public static bool IsMarkedAsUtf16(ReadOnlySpan<byte> beginning) => beginning is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, 0, 0xFE, 0xFF, ..];

    /// <summary>Why a text cannot be stored; null if it can.</summary>
    /// <param name="text">The text.</param>
    /// <param name="what">The name of the text, as the beginning of a message.</param>
    public static string? Problem(ReadOnlySpan<char> text, string what) =>
        text.IndexOfAny(Mark, '\0') switch
        {
            < 0 => null,
            var at when text[at] == Mark => $"{what} is not UTF-8; save the file in UTF-8.",
            _ => $"{what} holds a character of code 0, which no text has.",
        };
}
