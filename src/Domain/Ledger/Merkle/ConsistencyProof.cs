using System.Numerics;

namespace Domain.Ledger.Merkle;

/// <summary>
/// That a tree begins with all leaves of an earlier one, in the same order: a Merkle consistency proof by RFC 9162, section 2.1.4 (RFC 6962, section 2.1.2).
/// From the empty tree there is none: every tree begins with it.
/// </summary>
/// <param name="From">The number of leaves of the earlier tree, 1 or more.</param>
/// <param name="To">The number of leaves of the later tree, at least <paramref name="From"/>.</param>
/// <param name="Hashes">The nodes that both roots are folded from; none where both trees have the same size.</param>
public sealed record ConsistencyProof(long From, long To, IReadOnlyList<Digest> Hashes)
{
    /// <summary>The leaves under each hash of the proof, in the proof's order.</summary>
    /// <param name="from">The number of leaves of the earlier tree.</param>
    /// <param name="to">The number of leaves of the later tree.</param>
    /// <exception cref="ArgumentOutOfRangeException">The earlier tree is empty, or larger than the later one.</exception>
    public static IReadOnlyList<LeafRange> Ranges(long from, long to)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, to);
        var ranges = new List<LeafRange>();
        var range = new LeafRange(0, to);
        while (range.End != from)
        {
            var isLeft = from <= range.Left.End;
            ranges.Add(isLeft ? range.Right : range.Left);
            range = isLeft ? range.Left : range.Right;
        }

        // The verifier has the earlier root, so that it is left out where it is a node of the later tree itself.
        if (range.Start != 0)
            ranges.Add(range);
        ranges.Reverse();
        return ranges;
    }

    /// <summary>Makes the proof between two sizes of a tree.</summary>
    /// <param name="from">The number of leaves of the earlier tree.</param>
    /// <param name="to">The number of leaves of the later tree.</param>
    /// <param name="hashOf">The hash of a perfect subtree of the later tree.</param>
    /// <exception cref="ArgumentOutOfRangeException">The earlier tree is empty, or larger than the later one.</exception>
    public static ConsistencyProof Make(long from, long to, Func<Subtree, Digest> hashOf) => new(from, to, [.. Ranges(from, to).Select(r => r.Hash(hashOf))]);

    /// <summary>Whether the proof leads to both roots (RFC 9162, section 2.1.4.2). What cannot be a proof between those sizes leads nowhere.</summary>
    /// <param name="earlier">The root of the earlier tree.</param>
    /// <param name="later">The root of the later tree.</param>
    public bool Verifies(in Digest earlier, in Digest later)
    {
        if (From <= 0 || From > To)
            return false;
        if (From == To)
            return Hashes.Count == 0 && earlier == later;
        if (Hashes.Count == 0)
            return false;

        // The nodes rise to where the earlier tree's last perfect subtree hangs.
        var rise = BitOperations.TrailingZeroCount(From);
        var (node, last) = ((From - 1) >> rise, (To - 1) >> rise);
        // An earlier tree that is perfect is a node of the later one, and its root is where the proof begins.
        var first = node == 0 ? 0 : 1;
        var (earlierHash, laterHash) = node == 0 ? (earlier, earlier) : (Hashes[0], Hashes[0]);
        for (var i = first; i < Hashes.Count; i++)
        {
            if (last == 0)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                earlierHash = MerkleTree.NodeHash(Hashes[i], earlierHash);
                laterHash = MerkleTree.NodeHash(Hashes[i], laterHash);
                while ((node & 1) == 0 && node != 0)
                    (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                laterHash = MerkleTree.NodeHash(laterHash, Hashes[i]);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && earlierHash == earlier && laterHash == later;
    }
}
