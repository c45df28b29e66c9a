using System.Globalization;

namespace Domain.Ledger.Tiles;

/// <summary>
/// The index and the width of a tile or bundle as the end of its path, by tlog-tiles, "Merkle Tree": the index in groups of three digits, each but the last
/// with an <c>x</c> before it (1234067 is <c>x001/x234/067</c>), then <c>.p/</c> and the width of a partial one.
/// </summary>
internal static class TileIndex
{
    /// <summary>The hashes in a full tile, and the entries in a full bundle.</summary>
    public const int FullWidth = 256;

    private const string Partial = ".p/";

    /// <summary>The most characters of an index: 19 digits make seven groups.</summary>
    private const int LongestGroups = 33;

    /// <summary>The end of the path.</summary>
    public static string Format(long index, int width)
    {
        var path = (index % 1_000).ToString("D3", CultureInfo.InvariantCulture);
        for (var rest = index / 1_000; rest > 0; rest /= 1_000)
            path = string.Create(CultureInfo.InvariantCulture, $"x{rest % 1_000:D3}/{path}");
        return width == FullWidth ? path : string.Create(CultureInfo.InvariantCulture, $"{path}{Partial}{width}");
    }

    /// <summary>The index and the width; null where the text is not the one spelling of them.</summary>
    public static (long Index, int Width)? Parse(ReadOnlySpan<char> text)
    {
        var partial = text.IndexOf(Partial);
        var groups = partial < 0 ? text : text[..partial];
        var width = partial < 0 ? FullWidth : WidthOf(text[(partial + Partial.Length)..]);
        if (width < 1 || groups.Length > LongestGroups)
            return null;
        long index = 0;
        foreach (var c in groups)
        {
            if (char.IsAsciiDigit(c))
                index = (index * 10) + (c - '0');
        }

        // Whatever is not written like that is not what was meant: a missing x, a group too many, zeros ahead.
        return text.SequenceEqual(Format(index, width)) ? (index, width) : null;
    }

    private static int WidthOf(ReadOnlySpan<char> text) =>
        text.Length <= 3 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var width) && width < FullWidth ? width : 0;
}
