using System.Runtime.InteropServices;
using Domain.Ledger.Merkle;
using Domain.Ledger.Text;

namespace Domain.Ledger.Tiles;

/// <summary>A tile's content: 1 to 256 hashes one after the other, by tlog-tiles, "Merkle Tree".</summary>
public sealed class HashTile
{
    private readonly Digest[] _hashes;

    private HashTile(Digest[] hashes) => _hashes = hashes;

    /// <summary>The tile with these hashes.</summary>
    /// <param name="hashes">1 to 256 hashes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are none, or more.</exception>
    public static HashTile Of(ReadOnlySpan<Digest> hashes)
    {
        ArgumentOutOfRangeException.ThrowIfZero(hashes.Length, nameof(hashes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hashes.Length, TilePath.FullWidth, nameof(hashes));
        return new HashTile(hashes.ToArray());
    }

    /// <summary>The hashes, 1 to 256.</summary>
    public ReadOnlySpan<Digest> Hashes => _hashes;

    /// <summary>Reads a tile.</summary>
    /// <param name="bytes">The tile's bytes.</param>
    /// <param name="width">How many hashes its path promises, 1 to 256.</param>
    /// <returns>The tile; refused are bytes of another length.</returns>
    public static Parsed<HashTile> Parse(ReadOnlySpan<byte> bytes, int width) =>
        width is < 1 or > TilePath.FullWidth || bytes.Length != width * Digest.Length
            ? new Malformed($"A tile of {width} hashes has {width * Digest.Length} bytes, and this one has {bytes.Length}")
            : new HashTile(MemoryMarshal.Cast<byte, Digest>(bytes).ToArray());

    /// <summary>The tile's bytes: 32 for each hash.</summary>
    public byte[] Format() => MemoryMarshal.AsBytes(Hashes).ToArray();

    /// <summary>The hash of a perfect subtree over hashes of this tile.</summary>
    /// <param name="height">How many levels above the tile's hashes its root is, 0 to 8.</param>
    /// <param name="index">How many subtrees of that height lie before it in the tile.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tile is too narrow to hold all of it.</exception>
    public Digest SubtreeHash(int height, int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((index + 1) << height, _hashes.Length, nameof(index));
        return MerkleTree.Root(_hashes.AsSpan(index << height, 1 << height));
    }
}
