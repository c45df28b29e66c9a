using Domain.Ledger.Text;

namespace Domain.Ledger.Tiles;

/// <summary>Which entry bundle: <c>tile/entries/&lt;N&gt;[.p/&lt;W&gt;]</c> by tlog-tiles, "Log entries".</summary>
/// <param name="Index">The index of the bundle, from 0; its first entry is the log's entry <c>Index * 256</c>.</param>
/// <param name="Width">How many entries it has, 1 to 256; below 256 the bundle is partial.</param>
public readonly record struct EntryBundlePath(long Index, int Width)
{
    /// <summary>The entries in a full bundle, 256.</summary>
    public const int FullWidth = TileIndex.FullWidth;

    private const string Prefix = "tile/entries/";

    /// <summary>Reads a path.</summary>
    /// <param name="path">The path below the log's prefix, without a slash at its beginning.</param>
    /// <returns>The bundle; refused is every other spelling than the one that <see cref="ToString"/> writes.</returns>
    public static Parsed<EntryBundlePath> Parse(string path) =>
        path.StartsWith(Prefix, StringComparison.Ordinal) && TileIndex.Parse(path.AsSpan(Prefix.Length)) is var (index, width)
            ? new EntryBundlePath(index, width)
            : new Malformed("The path of an entry bundle is tile/entries/<index>, with .p/<width> where it is partial");

    /// <summary>The bundles that a log has after it grew, and that it did not have before.</summary>
    /// <param name="from">The number of entries before.</param>
    /// <param name="to">The number of entries after, at least as many.</param>
    public static IEnumerable<EntryBundlePath> Touched(long from, long to)
    {
        if (from == to)
            yield break;
        for (var index = from / FullWidth; index * FullWidth < to; index++)
            yield return new EntryBundlePath(index, (int)Math.Min(to - (index * FullWidth), FullWidth));
    }

    /// <summary>The path below the log's prefix.</summary>
    public override string ToString() => $"{Prefix}{TileIndex.Format(Index, Width)}";
}
