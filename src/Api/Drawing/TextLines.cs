using System.Globalization;
using System.Text;

namespace Api.Drawing;

/// <summary>Breaks text into lines.</summary>
internal static class TextLines
{
    // What closes something stands at no line's beginning.
    private const string Closing = "、。，．・：；！？）］｝」』】〉》〕…‥ー々";

    /// <summary>
    /// The text in lines no wider than <paramref name="width"/>: broken after spaces, anywhere between characters of scripts that are written without
    /// them, and within a word that no line can hold. The lines one after another are the text again. Beyond <paramref name="most"/> lines it ends in
    /// an ellipsis.
    /// </summary>
    public static IReadOnlyList<string> Wrap(string text, double size, double width, int most = int.MaxValue)
    {
        var lines = new List<string>();
        var (line, reach) = (new StringBuilder(), 0.0);
        foreach (var piece in Pieces(Printable(text)))
        {
            var wide = TextWidth.Of(piece.TrimEnd(' '), size);
            if (line.Length > 0 && reach + wide > width)
                End();
            if (wide <= width)
                Append(piece, TextWidth.Of(piece, size));
            else
            {
                foreach (var character in Characters(piece))
                {
                    var step = TextWidth.Of(character, size);
                    if (line.Length > 0 && reach + step > width)
                        End();
                    Append(character, step);
                }
            }
        }

        if (line.Length > 0)
            End();
        if (lines.Count <= most)
            return lines;
        lines.RemoveRange(most, lines.Count - most);
        lines[^1] = lines[^1].TrimEnd() + "…";
        return lines;

        void Append(string piece, double wide)
        {
            line.Append(piece);
            reach += wide;
        }

        void End()
        {
            lines.Add(line.ToString());
            line.Clear();
            reach = 0;
        }
    }

    /// <summary>The text on one line no wider than <paramref name="width"/>, with an ellipsis where it was longer.</summary>
    public static string Cut(string text, double size, double width)
    {
        text = Printable(text);
        if (TextWidth.Of(text, size) <= width)
            return text;
        var line = new StringBuilder();
        var reach = TextWidth.Of("…", size);
        foreach (var character in Characters(text))
        {
            reach += TextWidth.Of(character, size);
            if (reach > width)
                break;
            line.Append(character);
        }

        return line.ToString().TrimEnd() + "…";
    }

    /// <summary>The text with a space for everything that is no character to be seen, or that no XML may hold.</summary>
    public static string Printable(string text)
    {
        var printable = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var hidden =
                Rune.IsControl(rune)
                || rune == Rune.ReplacementChar
                || rune.Value is 0x2028 or 0x2029
                || (rune.Value & 0xFFFE) == 0xFFFE
                || rune.Value is >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069;
            if (hidden)
                printable.Append(' ');
            else
                printable.Append(rune.ToString());
        }

        return printable.ToString();
    }

    /// <summary>The characters as a reader sees them, each with the marks that belong to it.</summary>
    internal static IEnumerable<string> Characters(string text)
    {
        var characters = StringInfo.GetTextElementEnumerator(text);
        while (characters.MoveNext())
            yield return characters.GetTextElement();
    }

    // What no line's end may part, each with the spaces after it.
    private static IEnumerable<string> Pieces(string text)
    {
        var piece = new StringBuilder();
        string? before = null;
        foreach (var character in Characters(text))
        {
            var starts =
                before is not null
                && character != " "
                && (before == " " || ((Free(before) || Free(character)) && !Closing.Contains(character, StringComparison.Ordinal)));
            if (starts)
            {
                yield return piece.ToString();
                piece.Clear();
            }

            piece.Append(character);
            before = character;
        }

        if (piece.Length > 0)
            yield return piece.ToString();
    }

    // Korean is written with spaces; Chinese and Japanese are not.
    private static bool Free(string character) =>
        Rune.GetRuneAt(character, 0).Value is var c && TextWidth.IsWide(c) && c is not ((>= 0x1100 and <= 0x11FF) or (>= 0xAC00 and <= 0xD7A3));
}
