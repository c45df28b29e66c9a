using System.Globalization;

namespace Domain;

/// <summary>Text as a refusal shows it: its beginning, or how much there is of it.</summary>
public static class ShortText
{
    /// <summary>
    /// The text, or, where it has more than <paramref name="most"/> UTF-16 code units, as much of its beginning as fits in so many, with an ellipsis. It is
    /// cut between two characters as people see them (extended grapheme clusters; Unicode Standard Annex 29), never within one.
    /// </summary>
    public static string Shortened(this string text, int most)
    {
        if (text.Length <= most)
            return text;
        var length = 0;
        while (StringInfo.GetNextTextElementLength(text.AsSpan(length)) is var next && length + next <= most)
            length += next;
        return string.Concat(text.AsSpan(0, length), "…");
    }

    /// <summary>How many characters the text has, as it follows "this has": a number of UTF-16 code units, or "none".</summary>
    public static string Size(this string text) => text.Length == 0 ? "none" : text.Length.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>What is wrong with a list that has too many entries, or one that is empty or too long; null where nothing is.</summary>
    /// <param name="entries">The list.</param>
    /// <param name="most">How many entries it may have.</param>
    /// <param name="longest">How many UTF-16 code units an entry may have; the least is one.</param>
    public static string? Fault(this IReadOnlyList<string> entries, int most, int longest)
    {
        if (entries.Count > most)
            return $"these are {entries.Count.ToString("N0", CultureInfo.InvariantCulture)}";
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Length == 0 || entries[i].Length > longest)
                return $"entry {i + 1} has {entries[i].Size()}";
        }

        return null;
    }
}
