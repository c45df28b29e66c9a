using CsCheck;
using Domain.Ledger.Merkle;

namespace Domain.Tests.Ledger;

/// <summary>Inclusion and consistency proofs of every small tree.</summary>
public sealed class ProofTests
{
    private static readonly Digest[] Leaves = Trees.Leaves(1_500);

    /// <summary>A size, and a place in it: small trees often, and sizes about full tiles.</summary>
    private static readonly Gen<(int Size, int Place)> Place =
        from size in Gen.OneOf(Gen.Int[1, 40], Gen.Int[250, 260], Gen.Int[1, 1_500])
        from place in Gen.Int[0, size - 1]
        select (size, place);

    [Fact]
    public void Every_leaf_of_every_tree_is_proven() =>
        Place.Sample(
            drawn =>
            {
                var leaves = Leaves.AsSpan(0, drawn.Size);
                Assert.True(Trees.Hashes(leaves).Inclusion(drawn.Place).Verifies(Leaves[drawn.Place], MerkleTree.Root(leaves)));
            },
            iter: 500
        );

    [Fact]
    public void Every_tree_is_proven_to_begin_with_every_earlier_one() =>
        Place.Sample(
            drawn =>
            {
                var leaves = Leaves.AsSpan(0, drawn.Size);
                var earlier = Leaves.AsSpan(0, drawn.Place + 1);
                Assert.True(Trees.Hashes(leaves).Consistency(drawn.Place + 1).Verifies(MerkleTree.Root(earlier), MerkleTree.Root(leaves)));
            },
            iter: 500
        );

    [Fact]
    public void No_inclusion_proof_stands_a_flipped_bit() =>
        (from place in Place from bit in Gen.Int[0, 255] select (place.Size, place.Place, bit)).Sample(
            drawn =>
            {
                var root = MerkleTree.Root(Leaves.AsSpan(0, drawn.Size));
                var (proof, leaf) = (Trees.Hashes(Leaves.AsSpan(0, drawn.Size)).Inclusion(drawn.Place), Leaves[drawn.Place]);
                Assert.False(proof.Verifies(leaf.Flipped(drawn.bit), root));
                Assert.False(proof.Verifies(leaf, root.Flipped(drawn.bit)));
                Assert.All(
                    Enumerable.Range(0, proof.Hashes.Count),
                    i => Assert.False((proof with { Hashes = WithFlipped(proof.Hashes, i, drawn.bit) }).Verifies(leaf, root))
                );
            },
            iter: 200
        );

    [Fact]
    public void No_consistency_proof_stands_a_flipped_bit() =>
        (from place in Place from bit in Gen.Int[0, 255] select (place.Size, From: place.Place + 1, bit)).Sample(
            drawn =>
            {
                var (earlier, later) = (MerkleTree.Root(Leaves.AsSpan(0, drawn.From)), MerkleTree.Root(Leaves.AsSpan(0, drawn.Size)));
                var proof = Trees.Hashes(Leaves.AsSpan(0, drawn.Size)).Consistency(drawn.From);
                Assert.False(proof.Verifies(earlier.Flipped(drawn.bit), later));
                Assert.False(proof.Verifies(earlier, later.Flipped(drawn.bit)));
                Assert.All(
                    Enumerable.Range(0, proof.Hashes.Count),
                    i => Assert.False((proof with { Hashes = WithFlipped(proof.Hashes, i, drawn.bit) }).Verifies(earlier, later))
                );
            },
            iter: 200
        );

    [Fact]
    public void No_proof_stands_a_hash_too_many_or_too_few() =>
        Place.Sample(
            drawn =>
            {
                var leaves = Leaves.AsSpan(0, drawn.Size);
                var earlier = Leaves.AsSpan(0, drawn.Place + 1);
                var (root, earlierRoot, leaf) = (MerkleTree.Root(leaves), MerkleTree.Root(earlier), Leaves[drawn.Place]);
                var inclusion = Trees.Hashes(leaves).Inclusion(drawn.Place);
                var consistency = Trees.Hashes(leaves).Consistency(drawn.Place + 1);
                Assert.All(Wrong(inclusion.Hashes, root), h => Assert.False((inclusion with { Hashes = h }).Verifies(leaf, root)));
                Assert.All(Wrong(consistency.Hashes, root), h => Assert.False((consistency with { Hashes = h }).Verifies(earlierRoot, root)));
            },
            iter: 200
        );

    [Fact]
    public void A_proof_is_of_its_own_index_alone() =>
        (from place in Place from other in Gen.Int[0, place.Size - 1] select (place.Size, place.Place, other)).Sample(
            drawn =>
            {
                var root = MerkleTree.Root(Leaves.AsSpan(0, drawn.Size));
                var proof = Trees.Hashes(Leaves.AsSpan(0, drawn.Size)).Inclusion(drawn.Place);
                Assert.Equal(drawn.other == drawn.Place, (proof with { Index = drawn.other }).Verifies(Leaves[drawn.Place], root));
            },
            iter: 500
        );

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(1, 1)]
    [InlineData(0, 0)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void What_no_tree_has_is_not_included(long index, long size) => Assert.False(new InclusionProof(index, size, []).Verifies(Leaves[0], Leaves[0]));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(-1, 1)]
    public void Sizes_without_a_proof_are_not_consistent(long from, long to) =>
        Assert.False(new ConsistencyProof(from, to, []).Verifies(MerkleTree.EmptyRoot, MerkleTree.EmptyRoot));

    [Fact]
    public void Proofs_in_the_largest_trees_are_as_long_as_their_height()
    {
        Assert.Equal(63, InclusionProof.Ranges(0, long.MaxValue).Count);
        Assert.InRange(ConsistencyProof.Ranges(long.MaxValue - 1, long.MaxValue).Count, 1, 63);
        Assert.Equal(63, InclusionProof.Ranges(long.MaxValue - 1, long.MaxValue).Count + 1);
    }

    private static List<Digest> WithFlipped(IReadOnlyList<Digest> hashes, int index, int bit) => [.. hashes.Select((h, i) => i == index ? h.Flipped(bit) : h)];

    private static IEnumerable<List<Digest>> Wrong(IReadOnlyList<Digest> hashes, Digest other)
    {
        yield return [.. hashes, other];
        yield return [other, .. hashes];
        if (hashes.Count > 0)
        {
            yield return [.. hashes.Skip(1)];
            yield return [.. hashes.SkipLast(1)];
        }
    }
}
