using System.Globalization;

namespace Domain;

/// <summary>Text cut for showing.</summary>
public static class ShortText
{
    /// <summary>
    /// The text, or, where it has more than <paramref name="most"/> UTF-16 code units, as much of its beginning as fits in so many, with an ellipsis. It is
    /// cut between two characters as people see them (extended grapheme clusters; Unicode Standard Annex 29), never within one.
    /// </summary>
    public static string Shortened(this string text, int most)
    {
        if (text.Length <= most) return text;
        var length = 0;
        while (StringInfo.GetNextTextElementLength(text.AsSpan(length)) is var next && length + next <= most) length += next;
        return string.Concat(text.AsSpan(0, length), "…");
    }
}
