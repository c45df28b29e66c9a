using System.Text;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Merkle;
using Domain.Ledger.Notes;
using Domain.Ledger.Witnesses;

namespace Domain.Tests.Ledger;

/// <summary>Requests to witnesses and their cosignatures.</summary>
public sealed class WitnessTests
{
    private static readonly string Golden = Encoding.UTF8.GetString(LedgerFiles.Golden("add-checkpoint"));

    [Fact]
    public void The_golden_request_is_written_and_proves_that_nothing_was_rewritten()
    {
        var proof = Trees.Hashes(Trees.Leaves(300)).Consistency(256);
        var request = new AddCheckpointRequest(256, proof.Hashes, SignedCheckpoint.Parse(LedgerFiles.Golden("checkpoint")).Value);

        Assert.Equal(Golden, Encoding.UTF8.GetString(request.Format()));
        var read = AddCheckpointRequest.Parse(request.Format()).Value;
        Assert.Equal(Golden, Encoding.UTF8.GetString(read.Format()));
        Assert.True(
            new ConsistencyProof(read.OldSize, read.Checkpoint.Checkpoint.Size, read.Proof).Verifies(
                MerkleTree.Root(Trees.Leaves(256)),
                read.Checkpoint.Checkpoint.Root
            )
        );
    }

    [Fact]
    public void A_first_request_has_no_proof()
    {
        var body = Encoding.UTF8.GetBytes($"old 0\n\n{Encoding.UTF8.GetString(LedgerFiles.Golden("checkpoint"))}");
        var read = AddCheckpointRequest.Parse(body).Value;

        Assert.Equal((0, 0), (read.OldSize, read.Proof.Count));
        Assert.Equal(body, read.Format());
    }

    [Theory]
    [InlineData("old 256", "old 0256")]
    [InlineData("old 256", "old 301")]
    [InlineData("old 256", "old")]
    [InlineData("old 256\n", "")]
    [InlineData("\n\n", "\n")]
    [InlineData("=\n", "\n")]
    public void What_is_no_request_is_refused(string from, string to)
    {
        var spoilt = Golden.Replace(from, to, StringComparison.Ordinal);

        Assert.NotEqual(Golden, spoilt);
        Assert.NotNull(AddCheckpointRequest.Parse(Encoding.UTF8.GetBytes(spoilt)).Reason);
    }

    [Fact]
    public void A_witness_answers_with_signature_lines()
    {
        var text = Keys.Checkpoint(5).Format();
        var answer = new AddCheckpointAnswer([
            Keys.Signer("w.example", SignatureType.Ed25519Cosignature).Sign(text, 1_700_000_000),
            Keys.Signer("w.example", SignatureType.MlDsa44Cosignature).Sign(text, 1_700_000_000),
        ]);
        var read = AddCheckpointAnswer.Parse(answer.Format()).Value;

        Assert.Equal(answer.Format(), read.Format());
        var log = Keys.Signer(Keys.Origin, SignatureType.Ed25519);
        var cosigned = SignedCheckpoint.Sign(Keys.Checkpoint(5), [log], 0).With(read.Cosignatures);
        Assert.Equal(
            3,
            cosigned
                .Note.Verify([
                    log.Verifier(),
                    Keys.Signer("w.example", SignatureType.Ed25519Cosignature).Verifier(),
                    Keys.Signer("w.example", SignatureType.MlDsa44Cosignature).Verifier(),
                ])
                .Value.Count
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("— a AAAAAAE=")]
    [InlineData("— a AAAAAAE=\n\n")]
    [InlineData("a AAAAAAE=\n")]
    public void What_is_no_answer_is_refused(string body) => Assert.NotNull(AddCheckpointAnswer.Parse(Encoding.UTF8.GetBytes(body)).Reason);

    [Fact]
    public void A_conflict_tells_the_size()
    {
        Assert.Equal("20852014\n", Encoding.ASCII.GetString(new TreeSizeAnswer(20_852_014).Format()));
        Assert.Equal(20_852_014, TreeSizeAnswer.Parse("20852014\n"u8).Value.Size);
        Assert.Equal(long.MaxValue, TreeSizeAnswer.Parse("9223372036854775807\n"u8).Value.Size);
        Assert.All(
            ["", "\n", "1", "01\n", "1\n\n", "-1\n", "1\r\n", "9223372036854775808\n"],
            b => Assert.NotNull(TreeSizeAnswer.Parse(Encoding.ASCII.GetBytes(b)).Reason)
        );
    }

    [Fact]
    public void A_witness_serves_a_log_under_the_hash_of_its_origin() =>
        Assert.Equal("000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706/checkpoint", WitnessPaths.Checkpoint("rome2026h1.example.org"));
}
