using System.Collections.Concurrent;
using System.Text;
using HarfBuzzSharp;
using SkiaSharp;
using SkiaSharp.HarfBuzz;

namespace Api.Drawing;

/// <summary>The fonts that a PNG's text is drawn with: each character comes from the first that has it.</summary>
public sealed class Typefaces
{
    // Wider letters than a book's are easier to read when small.
    private static readonly string[] Preferred =
    [
        "DejaVu Sans",
        "Noto Sans",
        "Verdana",
        "Arial",
        "Liberation Sans",
        "Noto Sans CJK SC",
        "Noto Sans CJK KR",
        "Noto Sans CJK JP",
    ];

    private readonly Lazy<Typeface?>[] _faces;
    private readonly ConcurrentDictionary<int, Typeface?> _known = new();

    private Typefaces(IEnumerable<Func<SKTypeface?>> faces) =>
        _faces = [.. faces.Select(f => new Lazy<Typeface?>(() => f() is { GlyphCount: > 0 } face ? new Typeface(face) : null))];

    /// <summary>Those that are installed.</summary>
    public static Typefaces OfSystem()
    {
        var fonts = SKFontManager.Default;
        var families = fonts
            .FontFamilies.Where(f => !f.Contains("Emoji", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal)
            .OrderBy(f => Array.IndexOf(Preferred, f) is >= 0 and var at ? at : Preferred.Length)
            .ThenBy(f => f.Contains("Mono", StringComparison.Ordinal))
            .ThenBy(f => !f.Contains("Sans", StringComparison.Ordinal))
            .ThenBy(f => f, StringComparer.Ordinal);
        return new Typefaces(families.Select(f => (Func<SKTypeface?>)(() => fonts.MatchFamily(f, SKFontStyle.Normal))));
    }

    /// <summary>Those in the font files of a folder and the folders within it, in the order of their names; none where there is no such folder.</summary>
    public static Typefaces OfFolder(string folder) =>
        new(
            (Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories) : [])
                .Where(f => Path.GetExtension(f).ToUpperInvariant() is ".TTF" or ".OTF" or ".TTC")
                .Order(StringComparer.Ordinal)
                .Select(f => (Func<SKTypeface?>)(() => SKTypeface.FromFile(f)))
        );

    /// <summary>Whether there is one that has the letters of English, in which every picture is lettered.</summary>
    public bool CanWrite => Of(new Rune('a')) is not null;

    /// <summary>The one that draws a character with its marks; null where none has all of it.</summary>
    /// <param name="character">A character as a reader sees it.</param>
    /// <param name="liked">One that is taken where it will do, so that a word does not change its letters.</param>
    internal Typeface? Of(string character, Typeface? liked)
    {
        if (liked is not null && character.EnumerateRunes().All(r => IsUnseen(r) || liked.Has(r.Value)))
            return liked;
        Typeface? found = null;
        foreach (var rune in character.EnumerateRunes())
        {
            if (IsUnseen(rune))
                continue;
            if (Of(rune) is not { } face)
                return null;
            found ??= face;
        }

        return found ?? liked ?? Of(new Rune(' '));
    }

    private Typeface? Of(Rune rune) =>
        _known.GetOrAdd(rune.Value, static (value, faces) => faces.Select(f => f.Value).FirstOrDefault(f => f?.Has(value) == true), _faces);

    // Joiners and variation selectors change how others look, and are drawn by no glyph of their own.
    private static bool IsUnseen(Rune rune) =>
        rune.Value is 0x200B or 0x200C or 0x200D or 0x200E or 0x200F or 0x2060 or 0xFEFF or (>= 0xFE00 and <= 0xFE0F) or 0xAD;
}

/// <summary>A font.</summary>
internal sealed class Typeface(SKTypeface face)
{
    private readonly Lazy<SKShaper> _shaper = new(() => new SKShaper(face));

    public SKTypeface Face => face;

    public bool Has(int character)
    {
        lock (face)
            return face.ContainsGlyph(character);
    }

    /// <summary>Text whose letters change with their neighbours, or run from right to left, as glyphs in their places.</summary>
    public SKShaper.Result Shape(string text, bool fromRight, SKFont font)
    {
        using var buffer = new HarfBuzzSharp.Buffer();
        buffer.AddUtf16(text);
        buffer.GuessSegmentProperties();
        buffer.Direction = fromRight ? Direction.RightToLeft : Direction.LeftToRight;
        lock (face)
            return _shaper.Value.Shape(buffer, 0, 0, font);
    }
}
