namespace Domain.Ledger.Merkle;

/// <summary>
/// That a leaf stands at an index of a tree: a Merkle inclusion proof by RFC 9162, section 2.1.3 (an audit path by RFC 6962, section 2.1.1).
/// </summary>
/// <param name="Index">The index of the leaf, from 0.</param>
/// <param name="Size">The number of leaves of the tree, more than <paramref name="Index"/>.</param>
/// <param name="Hashes">The sibling of each node on the way from the leaf to the root, in that order.</param>
public sealed record InclusionProof(long Index, long Size, IReadOnlyList<Digest> Hashes)
{
    /// <summary>The leaves under each hash of the proof, in the proof's order.</summary>
    /// <param name="index">The index of the leaf, from 0.</param>
    /// <param name="size">The number of leaves of the tree.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf in the tree.</exception>
    public static IReadOnlyList<LeafRange> Ranges(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var ranges = new List<LeafRange>();
        var range = new LeafRange(0, size);
        while (range.Count > 1)
        {
            var isLeft = index < range.Left.End;
            ranges.Add(isLeft ? range.Right : range.Left);
            range = isLeft ? range.Left : range.Right;
        }

        ranges.Reverse();
        return ranges;
    }

    /// <summary>Makes the proof of a leaf.</summary>
    /// <param name="index">The index of the leaf, from 0.</param>
    /// <param name="size">The number of leaves of the tree.</param>
    /// <param name="hashOf">The hash of a perfect subtree of the tree.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf in the tree.</exception>
    public static InclusionProof Make(long index, long size, Func<Subtree, Digest> hashOf) =>
        new(index, size, [.. Ranges(index, size).Select(r => r.Hash(hashOf))]);

    /// <summary>Whether the proof leads from a leaf to a root (RFC 9162, section 2.1.3.2). What cannot be a proof of that size leads nowhere.</summary>
    /// <param name="leafHash">The hash of the leaf.</param>
    /// <param name="root">The root of the tree.</param>
    public bool Verifies(in Digest leafHash, in Digest root)
    {
        if (Index < 0 || Index >= Size)
            return false;
        var (node, last, hash) = (Index, Size - 1, leafHash);
        foreach (var sibling in Hashes)
        {
            if (last == 0)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                hash = MerkleTree.NodeHash(sibling, hash);
                // The last node of a level with an odd number of them has no sibling there, and rises.
                while ((node & 1) == 0 && node != 0)
                    (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                hash = MerkleTree.NodeHash(hash, sibling);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && hash == root;
    }
}
