using System.Buffers;
using System.Security.Cryptography;

namespace Domain.Ledger.Merkle;

/// <summary>
/// The hashes of a Merkle tree over a list of entries, by RFC 9162, section 2.1.1 (the same as RFC 6962, section 2.1), with SHA-256. A leaf and a node are
/// told apart by their first byte, so that no entry passes for a node.
/// </summary>
public static class MerkleTree
{
    private const byte LeafPrefix = 0x00;
    private const byte NodePrefix = 0x01;
    private const int OnStack = 2_049;

    /// <summary>The root of the empty tree: the hash of no bytes.</summary>
    public static Digest EmptyRoot { get; } = new(SHA256.HashData([]));

    /// <summary>The hash of a leaf: SHA-256(0x00 ‖ entry).</summary>
    /// <param name="entry">The entry's bytes; any number.</param>
    public static Digest LeafHash(ReadOnlySpan<byte> entry)
    {
        var length = entry.Length + 1;
        var rented = length > OnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        var input = rented ?? stackalloc byte[OnStack];
        input[0] = LeafPrefix;
        entry.CopyTo(input[1..]);
        var hash = Hash(input[..length]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return hash;
    }

    /// <summary>The hash of a node: SHA-256(0x01 ‖ left ‖ right).</summary>
    /// <param name="left">The hash of the left subtree.</param>
    /// <param name="right">The hash of the right subtree.</param>
    public static Digest NodeHash(in Digest left, in Digest right)
    {
        Span<byte> input = stackalloc byte[1 + (2 * Digest.Length)];
        input[0] = NodePrefix;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + Digest.Length)..]);
        return Hash(input);
    }

    /// <summary>The Merkle Tree Hash over leaves: the root of the tree that has these and no others.</summary>
    /// <param name="leafHashes">The hashes of the leaves, in order; may be empty.</param>
    public static Digest Root(ReadOnlySpan<Digest> leafHashes) =>
        leafHashes.Length switch
        {
            0 => EmptyRoot,
            1 => leafHashes[0],
            _ => Split(leafHashes),
        };

    private static Digest Split(ReadOnlySpan<Digest> leafHashes)
    {
        var left = (int)new LeafRange(0, leafHashes.Length).Left.Count;
        return NodeHash(Root(leafHashes[..left]), Root(leafHashes[left..]));
    }

    private static Digest Hash(ReadOnlySpan<byte> input)
    {
        Span<byte> hash = stackalloc byte[Digest.Length];
        SHA256.HashData(input, hash);
        return new Digest(hash);
    }
}
