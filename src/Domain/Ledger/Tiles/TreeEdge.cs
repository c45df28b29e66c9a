using System.Collections.Immutable;
using Domain.Ledger.Merkle;

namespace Domain.Ledger.Tiles;

/// <summary>
/// What a log keeps of its tree to go on with it: the partial tile at the right end of each level, at most 255 hashes each. It is a value: a tree that grew
/// is another one, so that a growth that was not committed leaves nothing behind.
/// </summary>
public sealed class TreeEdge
{
    private readonly ImmutableArray<ImmutableArray<Digest>> _levels;

    /// <summary>The edge with these partial tiles, from the leaves up; an empty one where a level ends with a full tile.</summary>
    internal TreeEdge(long size, ImmutableArray<ImmutableArray<Digest>> levels) => (Size, _levels) = (size, levels);

    /// <summary>The empty tree.</summary>
    public static TreeEdge Empty { get; } = new(0, []);

    /// <summary>The number of leaves.</summary>
    public long Size { get; }

    /// <summary>The edge of a tree that lies in tiles.</summary>
    /// <param name="size">The number of leaves.</param>
    /// <param name="read">Reads a partial tile of a tree of that size.</param>
    public static TreeEdge From(long size, Func<TilePath, HashTile> read)
    {
        var levels = ImmutableArray.CreateBuilder<ImmutableArray<Digest>>();
        for (var (level, hashes) = (0, size); hashes > 0; level++, hashes >>= TilePath.Height)
        {
            var width = (int)(hashes % TilePath.FullWidth);
            levels.Add(width == 0 ? [] : [.. read(new TilePath(level, hashes >> TilePath.Height, width)).Hashes]);
        }

        return new TreeEdge(size, levels.ToImmutable());
    }

    /// <summary>The partial tiles, from the leaves up.</summary>
    public IEnumerable<(TilePath Path, HashTile Tile)> Tiles() => TilePath.OfEdge(Size).Select(path => (path, HashTile.Of(_levels[path.Level].AsSpan())));

    /// <summary>The root of the tree (RFC 9162, section 2.1.1).</summary>
    public Digest Root()
    {
        Digest? root = null;
        // From the leaves up, and from the right: each subtree is the left sibling of everything that lies right of it.
        foreach (var hashes in _levels)
        {
            foreach (var (height, index) in new LeafRange(0, hashes.Length).PerfectSubtrees().Reverse())
            {
                var left = MerkleTree.Root(hashes.AsSpan().Slice((int)index << height, 1 << height));
                root = root is { } right ? MerkleTree.NodeHash(left, right) : left;
            }
        }

        return root ?? MerkleTree.EmptyRoot;
    }

    /// <summary>The tree with further leaves at its end.</summary>
    /// <param name="leafHashes">The hashes of the leaves, in order; may be empty.</param>
    /// <returns>The tree that grew, and its new tiles.</returns>
    public TreeGrowth Append(ReadOnlySpan<Digest> leafHashes)
    {
        var growing = new GrowingTree(Size, _levels);
        foreach (ref readonly var leafHash in leafHashes)
            growing.Add(leafHash);
        return growing.End();
    }
}
