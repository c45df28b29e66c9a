using Domain.Ledger.Checkpoints;
using Domain.Ledger.Merkle;
using Domain.Ledger.Notes;
using Domain.Ledger.Witnesses;

namespace Domain.Tests.Ledger;

/// <summary>What a witness cosigns, and what it refuses.</summary>
public sealed class WitnessDecisionTests
{
    private static readonly INoteSigner Log = Keys.Signer(Keys.Origin, SignatureType.Ed25519);
    private static readonly Digest[] Leaves = Trees.Leaves(300);

    [Fact]
    public void The_first_checkpoint_of_a_known_log_is_cosigned()
    {
        Assert.Equal((WitnessDecisionKind.Cosign, 0L), Decide(null, Request(0, 5)));
        Assert.Equal((WitnessDecisionKind.Cosign, 0L), Decide(null, Request(0, 0)));
        Assert.Equal((WitnessDecisionKind.Cosign, 0L), Decide(Head(0), Request(0, 5)));
    }

    [Fact]
    public void Any_size_may_follow_any_other_with_its_proof_and_none_without()
    {
        for (var from = 1; from <= 40; from++)
        {
            for (var to = from; to <= 40; to++)
            {
                Assert.Equal((WitnessDecisionKind.Cosign, (long)from), Decide(Head(from), Request(from, to)));
                if (to > from)
                    Assert.Equal(WitnessDecisionKind.NotProven, Decide(Head(from), Request(from, to) with { Proof = [] }).Kind);
            }
        }
    }

    [Fact]
    public void The_same_checkpoint_is_cosigned_again_since_its_answer_may_have_been_lost() =>
        Assert.Equal((WitnessDecisionKind.Cosign, 7L), Decide(Head(7), Request(7, 7)));

    [Theory]
    [InlineData(0, 9)]
    [InlineData(5, 9)]
    [InlineData(8, 9)]
    [InlineData(0, 5)]
    [InlineData(3, 7)]
    public void A_request_from_another_size_is_told_the_right_one(int old, int size) =>
        Assert.Equal((WitnessDecisionKind.OtherSize, 7L), Decide(Head(7), Request(old, size)));

    [Fact]
    public void Another_tree_of_the_same_size_is_a_fork()
    {
        var forked = Signed(7, MerkleTree.Root(Trees.Leaves(8).AsSpan(1)));

        Assert.Equal(WitnessDecisionKind.Forked, Decide(Head(7), new AddCheckpointRequest(7, [], forked)).Kind);
        Assert.Equal(WitnessDecisionKind.Forked, Decide(Head(7), new AddCheckpointRequest(0, [], forked)).Kind);
    }

    [Fact]
    public void A_tree_that_does_not_begin_with_the_one_before_is_not_proven()
    {
        Digest[] rewritten = [MerkleTree.EmptyRoot, .. Leaves.Skip(1).Take(8)];
        var proof = Trees.Hashes(rewritten).Consistency(7);

        Assert.Equal(WitnessDecisionKind.NotProven, Decide(Head(7), new AddCheckpointRequest(7, proof.Hashes, Signed(9, MerkleTree.Root(rewritten)))).Kind);
    }

    [Fact]
    public void A_first_checkpoint_with_a_proof_and_an_empty_tree_with_a_root_are_not_proven()
    {
        Assert.Equal(WitnessDecisionKind.NotProven, Decide(null, Request(0, 5) with { Proof = [MerkleTree.EmptyRoot] }).Kind);
        Assert.Equal(WitnessDecisionKind.NotProven, Decide(null, new AddCheckpointRequest(0, [], Signed(0, Leaves[0]))).Kind);
        Assert.Equal(WitnessDecisionKind.NotProven, Decide(Head(7), Request(7, 7) with { Proof = [MerkleTree.EmptyRoot] }).Kind);
    }

    [Fact]
    public void What_the_log_has_not_signed_is_refused_whoever_else_signed()
    {
        var request = Request(0, 5);
        var other = Keys.Signer("other.example", SignatureType.Ed25519);
        var byOther = new AddCheckpointRequest(0, [], SignedCheckpoint.Sign(Checkpoint(5), [other], 0));
        var spoilt = new AddCheckpointRequest(0, [], request.Checkpoint.With([Log.Sign(Checkpoint(6).Format(), 0)]));

        Assert.Equal(WitnessDecisionKind.NotSigned, Decide(null, byOther).Kind);
        Assert.Equal(WitnessDecisionKind.NotSigned, Decide(null, spoilt).Kind);
        Assert.Equal(WitnessDecisionKind.UnknownLog, WitnessDecision.Of(null, request, []).Kind);
    }

    private static (WitnessDecisionKind Kind, long KnownSize) Decide(Checkpoint? last, AddCheckpointRequest request)
    {
        var decision = WitnessDecision.Of(last, request, [Log.Verifier()]);
        return (decision.Kind, decision.KnownSize);
    }

    private static Checkpoint Head(int size) => Checkpoint(size);

    private static Checkpoint Checkpoint(int size) => new(Keys.Origin, size, MerkleTree.Root(Leaves.AsSpan(0, size)));

    private static SignedCheckpoint Signed(int size, Digest root) => SignedCheckpoint.Sign(new Checkpoint(Keys.Origin, size, root), [Log], 0);

    private static AddCheckpointRequest Request(int old, int size) =>
        new(old, old == 0 || old > size ? [] : Trees.Hashes(Leaves.AsSpan(0, size)).Consistency(old).Hashes, SignedCheckpoint.Sign(Checkpoint(size), [Log], 0));
}
