using System.Globalization;
using System.Text;

namespace Api.Drawing;

/// <summary>
/// About how wide text is. A picture is laid out by this and not by a font, since the reader's is not known here and the server may have none: it is
/// generous, as wide letters such as Verdana's are.
/// </summary>
internal static class TextWidth
{
    public static double Of(string text, double size)
    {
        double ems = 0;
        foreach (var rune in text.EnumerateRunes())
            ems += Ems(rune);
        return ems * size;
    }

    private static double Ems(Rune rune)
    {
        if (rune.IsAscii)
        {
            return (char)rune.Value switch
            {
                ' ' or 'i' or 'j' or 'l' or '|' or '\'' or '.' or ',' or ':' or ';' or '!' => 0.33,
                'f' or 't' or 'r' or '(' or ')' or '[' or ']' or '/' or '-' or '"' => 0.42,
                'm' or 'w' or 'M' or 'W' or '%' or '@' => 0.97,
                >= '0' and <= '9' => 0.64,
                >= 'A' and <= 'Z' => 0.71,
                _ => 0.62,
            };
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
            _ => IsWide(rune.Value) ? 1
            : Rune.IsUpper(rune) ? 0.75
            : 0.66,
        };
    }

    /// <summary>Whether a character takes a whole square, as Chinese, Japanese and Korean ones do (Unicode Standard Annex 11, in broad strokes).</summary>
    public static bool IsWide(int character) =>
        character
            is (>= 0x1100 and <= 0x115F)
                or (>= 0x2E80 and <= 0xA4CF)
                or (>= 0xAC00 and <= 0xD7A3)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0xFE30 and <= 0xFE6F)
                or (>= 0xFF00 and <= 0xFF60)
                or (>= 0xFFE0 and <= 0xFFE6)
                or (>= 0x1F300 and <= 0x1FAFF)
                or (>= 0x20000 and <= 0x3FFFD);
}
