using System.Text;
using Domain.Ledger.Merkle;
using Domain.Ledger.Tiles;

namespace Domain.Tests.Ledger;

/// <summary>Trees for tests: their leaves, and their tiles as a log would keep them.</summary>
internal static class Trees
{
    /// <summary>The hashes of the leaves "entry 0", "entry 1" and so on.</summary>
    public static Digest[] Leaves(int count) => [.. Enumerable.Range(0, count).Select(i => MerkleTree.LeafHash(Encoding.ASCII.GetBytes($"entry {i}")))];

    /// <summary>The tiles of a tree, by path.</summary>
    public static Dictionary<TilePath, HashTile> Tiles(ReadOnlySpan<Digest> leaves) =>
        TreeEdge.Empty.Append(leaves).Tiles.ToDictionary(t => t.Path, t => t.Tile);

    /// <summary>The hashes of a tree, read from its tiles.</summary>
    public static TileHashes Hashes(ReadOnlySpan<Digest> leaves)
    {
        var tiles = Tiles(leaves);
        return new TileHashes(leaves.Length, path => tiles[path]);
    }

    /// <summary>The hash with one bit turned.</summary>
    public static Digest Flipped(this Digest hash, int bit)
    {
        var bytes = hash.ToArray();
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        return new Digest(bytes);
    }
}
