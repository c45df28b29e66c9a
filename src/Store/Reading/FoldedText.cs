using System.Text;
using Store.Appending;

namespace Store.Reading;

/// <summary>
/// Text in a form in which two spellings of the same words are equal, regardless of case and of whether a letter and its accent are one character or two.
/// </summary>
/// <remarks>
/// The database decomposes (compatibility decomposition, NFKD, Unicode Standard Annex 15), because it has the tables in every locale, and this program runs
/// without them. The decomposed text is folded here. Marks of Latin, Greek and Cyrillic letters are left out, as Greek capitals leave them out. Case follows
/// the simple mappings of the Unicode Character Database, through capitals, so that a final sigma is a sigma.
/// </remarks>
internal static class FoldedText
{
    /// <summary>Folds text that was decomposed.</summary>
    public static string OfDecomposed(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsMark(rune.Value))
                continue;
            var capital = Rune.ToUpperInvariant(rune);
            if (capital.Value is 0xDF or 0x1E9E)
                folded.Append("ss");
            else
                folded.Append(Rune.ToLowerInvariant(capital));
        }

        return folded.ToString();
    }

    // The blocks "Combining Diacritical Marks" with its extension and supplement, "… for Symbols" and "Combining Half Marks". The vowels of other scripts are
    // letters and stay.
    private static bool IsMark(int c) =>
        c is (>= 0x300 and <= 0x36F) or (>= 0x1AB0 and <= 0x1AFF) or (>= 0x1DC0 and <= 0x1DFF) or (>= 0x20D0 and <= 0x20FF) or (>= 0xFE20 and <= 0xFE2F);
}
