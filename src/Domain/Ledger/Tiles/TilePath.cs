using Domain.Ledger.Merkle;
using Domain.Ledger.Text;

namespace Domain.Ledger.Tiles;

/// <summary>
/// Which tile: <c>tile/&lt;L&gt;/&lt;N&gt;[.p/&lt;W&gt;]</c> by tlog-tiles, "Merkle Tree". The hash at place i of tile N at level L is the Merkle Tree Hash of
/// the leaves <c>[(N * 256 + i) * 256^L, (N * 256 + i + 1) * 256^L)</c>.
/// </summary>
/// <param name="Level">The level, 0 to 7: a tree of at most 2^63 - 1 leaves has no higher ones.</param>
/// <param name="Index">The index of the tile in its level, from 0.</param>
/// <param name="Width">How many hashes it has, 1 to 256; below 256 the tile is partial.</param>
public readonly record struct TilePath(int Level, long Index, int Width)
{
    /// <summary>The hashes in a full tile, 256.</summary>
    public const int FullWidth = TileIndex.FullWidth;

    /// <summary>The levels of a tile's own subtree, 8: its hashes are the leaves of a subtree of that height.</summary>
    public const int Height = 8;

    private const string Prefix = "tile/";
    private const int Levels = 8;

    /// <summary>Whether the tile has all of its 256 hashes, and never changes.</summary>
    public bool IsFull => Width == FullWidth;

    /// <summary>Reads a path.</summary>
    /// <param name="path">The path below the log's prefix, without a slash at its beginning.</param>
    /// <returns>The tile; refused is every other spelling than the one that <see cref="ToString"/> writes.</returns>
    public static Parsed<TilePath> Parse(string path)
    {
        var rest = path.AsSpan();
        if (!rest.StartsWith(Prefix) || rest.Length < Prefix.Length + 2 || rest[Prefix.Length + 1] != '/')
            return new Malformed("The path of a tile is tile/<level>/<index>, with .p/<width> where it is partial");
        var level = rest[Prefix.Length] - '0';
        if (level is < 0 or >= Levels)
            return new Malformed($"The level of a tile is 0 to {Levels - 1}");
        return TileIndex.Parse(rest[(Prefix.Length + 2)..]) is var (index, width)
            ? new TilePath(level, index, width)
            : new Malformed("The index of a tile is in groups of three digits, x001/x234/067, and the width of a partial one is 1 to 255");
    }

    /// <summary>The tiles of a tree from which every hash of it can be computed: all full ones, and the partial one at the end of each level.</summary>
    /// <param name="size">The number of leaves.</param>
    public static IEnumerable<TilePath> OfTree(long size) => Touched(0, size);

    /// <summary>The tiles that a tree has after it grew, and that it did not have before, level by level.</summary>
    /// <param name="from">The number of leaves before.</param>
    /// <param name="to">The number of leaves after, at least as many.</param>
    public static IEnumerable<TilePath> Touched(long from, long to)
    {
        for (var level = 0; level < Levels && to > 0; level++, from >>= Height, to >>= Height)
        {
            if (from == to)
                yield break;
            for (var index = from >> Height; index << Height < to; index++)
                yield return new TilePath(level, index, (int)Math.Min(to - (index << Height), FullWidth));
        }
    }

    /// <summary>The partial tiles at the right end of a tree, from which it grows: at most one a level.</summary>
    /// <param name="size">The number of leaves.</param>
    public static IEnumerable<TilePath> OfEdge(long size)
    {
        for (var level = 0; size > 0; level++, size >>= Height)
        {
            if (size % FullWidth is var width and > 0)
                yield return new TilePath(level, size >> Height, (int)width);
        }
    }

    /// <summary>The tile that holds what a subtree's hash is computed from, as wide as a tree of that size has it.</summary>
    /// <param name="subtree">A subtree of the tree.</param>
    /// <param name="size">The number of leaves of the tree.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tree has no such subtree.</exception>
    public static TilePath Holding(Subtree subtree, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(subtree.Index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(subtree.Index + 1, size >> subtree.Height, nameof(subtree));
        var level = subtree.Height / Height;
        var index = (subtree.Index << (subtree.Height % Height)) >> Height;
        return new TilePath(level, index, (int)Math.Min((size >> (level * Height)) - (index << Height), FullWidth));
    }

    /// <summary>The path below the log's prefix.</summary>
    public override string ToString() => $"{Prefix}{Level}/{TileIndex.Format(Index, Width)}";
}
