using System.Numerics;

namespace Domain.Ledger.Merkle;

/// <summary>
/// Consecutive leaves, <c>D[Start:End]</c> in RFC 9162, section 2.1.1, whose Merkle Tree Hash is a node of a proof. A range with two leaves or more is split
/// after the largest power of two that is smaller than their number.
/// </summary>
/// <param name="Start">The index of the first leaf, from 0.</param>
/// <param name="End">The index after the last leaf, above <paramref name="Start"/>.</param>
public readonly record struct LeafRange(long Start, long End)
{
    /// <summary>How many leaves there are; 1 or more.</summary>
    public long Count => End - Start;

    /// <summary>The leaves of the left subtree, a power of two; there are two leaves or more.</summary>
    public LeafRange Left => new(Start, Start + (1L << BitOperations.Log2((ulong)Count - 1)));

    /// <summary>The leaves of the right subtree; there are two leaves or more.</summary>
    public LeafRange Right => new(Left.End, End);

    /// <summary>
    /// The perfect subtrees that the range splits into, the largest first: for each binary digit 1 of <see cref="Count"/>, that many leaves. The start is a
    /// multiple of the largest, as it is of every range in a proof.
    /// </summary>
    public IEnumerable<Subtree> PerfectSubtrees()
    {
        var start = Start;
        while (start < End)
        {
            var height = BitOperations.Log2((ulong)(End - start));
            yield return new Subtree(height, start >> height);
            start += 1L << height;
        }
    }

    /// <summary>The Merkle Tree Hash of the range, folded from the hashes of its <see cref="PerfectSubtrees"/>.</summary>
    /// <param name="hashOf">The hash of a perfect subtree.</param>
    public Digest Hash(Func<Subtree, Digest> hashOf)
    {
        var hashes = PerfectSubtrees().Select(hashOf).ToList();
        var hash = hashes[^1];
        for (var i = hashes.Count - 2; i >= 0; i--)
            hash = MerkleTree.NodeHash(hashes[i], hash);
        return hash;
    }
}
