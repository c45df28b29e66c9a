using System.Globalization;
using System.Text;

namespace Api.Drawing;

/// <summary>A part of a line that is drawn in one font and one direction.</summary>
/// <param name="Text">Its characters in the order in which they are read.</param>
/// <param name="Face">The font.</param>
/// <param name="FromRight">Whether it runs from right to left.</param>
internal readonly record struct TextRun(string Text, Typeface Face, bool FromRight);

/// <summary>Parts a line into runs, from left to right as they are drawn.</summary>
internal static class TextRuns
{
    /// <summary>What stands for characters that no font has.</summary>
    public const string Missing = "[?]";

    private enum Strength
    {
        Left,
        Right,
        Number,
        None,
    }

    /// <param name="line">The line.</param>
    /// <param name="faces">The fonts; they have the letters of English.</param>
    /// <param name="missing">Where the characters go that no font has.</param>
    public static IReadOnlyList<TextRun> Of(string line, Typefaces faces, ISet<string> missing)
    {
        var characters = new List<(string Text, Typeface Face)>();
        Typeface? face = null;
        var lacks = false;
        foreach (var character in TextLines.Characters(line.TrimEnd()))
        {
            if (faces.Of(character, face) is { } found)
            {
                characters.Add((character, face = found));
                lacks = false;
                continue;
            }

            missing.Add(character);
            if (!lacks)
                characters.Add((Missing, faces.Of("a", null)!));
            lacks = true;
        }

        var levels = Levels([.. characters.Select(c => c.Text)]);
        var runs = new List<(TextRun Run, int Level)>();
        for (int from = 0, to; from < characters.Count; from = to)
        {
            for (to = from + 1; to < characters.Count && levels[to] == levels[from] && characters[to].Face == characters[from].Face; )
                to++;
            runs.Add((new TextRun(string.Concat(characters[from..to].Select(c => c.Text)), characters[from].Face, levels[from] % 2 == 1), levels[from]));
        }

        // Unicode Standard Annex 9, L2: from the deepest level to the first, what lies at it or deeper is turned round.
        for (var level = runs.Count == 0 ? 0 : runs.Max(r => r.Level); level > 0; level--)
        {
            for (int from = 0, to; from < runs.Count; from = to + 1)
            {
                for (to = from; to < runs.Count && runs[to].Level >= level; )
                    to++;
                runs.Reverse(from, to - from);
            }
        }

        return [.. runs.Select(r => r.Run)];
    }

    // The annex without its embeddings, which no title has: a number within letters that run from the right still runs from the left, and what has
    // no direction takes that of both its neighbours or else the line's.
    private static int[] Levels(string[] characters)
    {
        var strengths = Array.ConvertAll(characters, StrengthOf);
        var line = Array.Find(strengths, s => s is Strength.Left or Strength.Right) == Strength.Right ? 1 : 0;
        if (!strengths.Contains(Strength.Right))
            return new int[characters.Length];
        var left = line == 0 ? 0 : 2;
        var levels = new int[characters.Length];
        var fromRight = new bool[characters.Length];
        var last = line == 1 ? Strength.Right : Strength.Left;
        for (var i = 0; i < levels.Length; i++)
        {
            if (strengths[i] is Strength.Left or Strength.Right)
                last = strengths[i];
            // A number among letters from the right belongs to them.
            fromRight[i] = last == Strength.Right;
            levels[i] = strengths[i] switch
            {
                Strength.Left => left,
                Strength.Right => 1,
                Strength.Number => last == Strength.Right ? 2 : left,
                _ => -1,
            };
        }

        for (int from = 0, to; from < levels.Length; from = to + 1)
        {
            for (to = from; to < levels.Length && levels[to] < 0; )
                to++;
            var (before, after) = (from == 0 ? line == 1 : fromRight[from - 1], to == levels.Length ? line == 1 : fromRight[to]);
            Array.Fill(
                levels,
                before != after ? line
                    : before ? 1
                    : left,
                from,
                to - from
            );
        }

        return levels;
    }

    private static Strength StrengthOf(string character)
    {
        var rune = Rune.GetRuneAt(character, 0);
        if (
            rune.Value
            is (>= 0x0590 and <= 0x08FF)
                or (>= 0xFB1D and <= 0xFDFF)
                or (>= 0xFE70 and <= 0xFEFC)
                or (>= 0x10800 and <= 0x10FFF)
                or (>= 0x1E800 and <= 0x1EFFF)
        )
        {
            return Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber ? Strength.Number : Strength.Right;
        }

        return Rune.IsDigit(rune) ? Strength.Number
            : Rune.IsLetter(rune) ? Strength.Left
            : Strength.None;
    }
}
