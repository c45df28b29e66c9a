using Domain.Ledger.Merkle;

namespace Domain.Ledger.Tiles;

/// <summary>The hashes of a tree of one size, computed from its tiles. Each tile is read once.</summary>
/// <param name="size">The number of leaves of the tree.</param>
/// <param name="read">Reads a tile that a tree of that size has.</param>
public sealed class TileHashes(long size, Func<TilePath, HashTile> read)
{
    private readonly Dictionary<TilePath, HashTile> _tiles = [];

    /// <summary>The root of the tree (RFC 9162, section 2.1.1).</summary>
    public Digest Root() => size == 0 ? MerkleTree.EmptyRoot : new LeafRange(0, size).Hash(SubtreeHash);

    /// <summary>The proof that a leaf stands at an index of the tree.</summary>
    /// <param name="index">The index of the leaf, from 0, below the tree's size.</param>
    public InclusionProof Inclusion(long index) => InclusionProof.Make(index, size, SubtreeHash);

    /// <summary>The proof that the tree begins with an earlier one.</summary>
    /// <param name="from">The size of the earlier tree, 1 to the tree's size.</param>
    public ConsistencyProof Consistency(long from) => ConsistencyProof.Make(from, size, SubtreeHash);

    /// <summary>The hash of a perfect subtree of the tree.</summary>
    /// <param name="subtree">The subtree.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tree has no such subtree.</exception>
    public Digest SubtreeHash(Subtree subtree)
    {
        var path = TilePath.Holding(subtree, size);
        if (!_tiles.TryGetValue(path, out var tile))
            _tiles.Add(path, tile = read(path));
        var height = subtree.Height % TilePath.Height;
        return tile.SubtreeHash(height, (int)(subtree.Index - (path.Index << (TilePath.Height - height))));
    }

    /// <summary>The tiles that hold the hashes of ranges, each once: those of a proof can be fetched together before it is made.</summary>
    /// <param name="size">The number of leaves of the tree.</param>
    /// <param name="ranges">Ranges of its leaves.</param>
    public static IReadOnlyCollection<TilePath> Needed(long size, IEnumerable<LeafRange> ranges) =>
        ranges.SelectMany(r => r.PerfectSubtrees()).Select(s => TilePath.Holding(s, size)).ToHashSet();
}
