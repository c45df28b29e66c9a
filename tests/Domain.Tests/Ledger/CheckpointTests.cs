using System.Text;
using CsCheck;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Merkle;
using Domain.Ledger.Notes;
using Signing;

namespace Domain.Tests.Ledger;

/// <summary>Signed checkpoints: golden files, times and refusals.</summary>
public sealed class CheckpointTests
{
    private const string Root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";

    [Fact]
    public void The_golden_checkpoint_is_what_its_keys_sign()
    {
        var (log, witness, time) = GoldenSigners();
        var signed = SignedCheckpoint.Sign(Keys.Checkpoint(300), [log, witness], time);

        Assert.Equal(Encoding.UTF8.GetString(LedgerFiles.Golden("checkpoint")), signed.ToString());
    }

    [Fact]
    public void The_golden_checkpoint_is_verified_and_tells_its_time()
    {
        var (log, witness, time) = GoldenSigners();
        var signed = SignedCheckpoint.Parse(LedgerFiles.Golden("checkpoint")).Value;

        Assert.Equal((Keys.Origin, 300), (signed.Checkpoint.Origin, signed.Checkpoint.Size));
        Assert.Equal(
            [new VerifiedSignature(log.Key, null), new VerifiedSignature(witness.Key, time)],
            signed.Note.Verify([log.Verifier(), witness.Verifier()]).Value
        );
    }

    [Theory]
    [InlineData(SignatureType.Ed25519)]
    [InlineData(SignatureType.Ed25519Cosignature)]
    [InlineData(SignatureType.MlDsa44Cosignature)]
    public void A_signature_of_every_type_holds_for_its_checkpoint_alone(SignatureType type)
    {
        var signer = Keys.Signer(Keys.Origin, type);
        var signed = SignedCheckpoint.Sign(Keys.Checkpoint(5), [signer], 1_700_000_000);

        Assert.Equal(type == SignatureType.Ed25519 ? null : 1_700_000_000, signed.Note.Verify([signer.Verifier()]).Value[0].Timestamp);
        foreach (var other in new[] { Keys.Checkpoint(6), Keys.Checkpoint(5) with { Origin = "other.example" }, Keys.Checkpoint(5) with { Size = 6 } })
            Assert.NotNull((signed.Note with { Text = other.Format() }).Verify([signer.Verifier()]).Reason);
    }

    [Theory]
    [InlineData(SignatureType.Ed25519)]
    [InlineData(SignatureType.Ed25519Cosignature)]
    [InlineData(SignatureType.MlDsa44Cosignature)]
    public void No_signature_stands_a_flipped_bit(SignatureType type)
    {
        var signer = Keys.Signer(Keys.Origin, type);
        var text = Keys.Checkpoint(5).Format();
        var bytes = signer.Sign(text, 1_700_000_000).Signature.ToArray();

        Assert.NotNull(signer.Verifier().Verify(text, bytes));
        Gen.Int[0, (bytes.Length * 8) - 1]
            .Sample(
                bit =>
                {
                    var flipped = bytes.ToArray();
                    flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                    Assert.Null(signer.Verifier().Verify(text, flipped));
                },
                iter: 100
            );
    }

    [Theory]
    [InlineData(SignatureType.Ed25519)]
    [InlineData(SignatureType.Ed25519Cosignature)]
    [InlineData(SignatureType.MlDsa44Cosignature)]
    public void Bytes_of_any_length_are_no_signature(SignatureType type)
    {
        var verifier = Keys.Signer(Keys.Origin, type).Verifier();

        Gen.OneOf(Gen.Byte.Array[0, 80], Gen.Byte.Array[2_419, 2_430])
            .Sample(bytes => Assert.Null(verifier.Verify(Keys.Checkpoint(1).Format(), bytes)), iter: 50);
    }

    [Fact]
    public void Of_a_signature_that_somebody_repeated_one_is_kept()
    {
        var (log, witness, time) = GoldenSigners();
        var signed = SignedCheckpoint.Sign(Keys.Checkpoint(5), [log, witness], time);
        var repeated = signed.Note with { Signatures = [.. signed.Note.Signatures, .. signed.Note.Signatures] };

        var kept = SignedCheckpoint.Parse(repeated.Format()).Value.SignedBy([log.Key]);
        Assert.Equal([log.Key.Id], kept.Note.Signatures.Select(s => s.KeyId));
    }

    [Fact]
    public void An_ML_DSA_cosignature_says_nothing_about_extension_lines_and_an_Ed25519_one_does()
    {
        var extended = Keys.Checkpoint(5) with { Extensions = ["more"] };
        var (whole, tree) = (Keys.Signer("w.example", SignatureType.Ed25519Cosignature), Keys.Signer("w.example", SignatureType.MlDsa44Cosignature));

        Assert.Null(whole.Verifier().Verify(extended.Format(), whole.Sign(Keys.Checkpoint(5).Format(), 1).Signature.Span));
        Assert.NotNull(tree.Verifier().Verify(extended.Format(), tree.Sign(Keys.Checkpoint(5).Format(), 1).Signature.Span));
    }

    [Fact]
    public void An_ML_DSA_cosignature_is_bound_to_its_cosigners_name()
    {
        var (one, other) = (Keys.Signer("one.example", SignatureType.MlDsa44Cosignature), Keys.Signer("other.example", SignatureType.MlDsa44Cosignature));

        Assert.Null(other.Verifier().Verify(Keys.Checkpoint(5).Format(), one.Sign(Keys.Checkpoint(5).Format(), 1).Signature.Span));
    }

    [Fact]
    public void What_is_no_checkpoint_is_not_cosigned()
    {
        var long256 = Keys.Checkpoint(5) with { Origin = new string('o', 256) };

        Assert.Throws<ArgumentException>(() => Keys.Signer("w.example", SignatureType.Ed25519Cosignature).Sign("text\n", 1));
        Assert.Throws<ArgumentException>(() => Keys.Signer("w.example", SignatureType.MlDsa44Cosignature).Sign(long256.Format(), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Keys.Signer("w.example", SignatureType.MlDsa44Cosignature).Sign(Keys.Checkpoint(5).Format(), -1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("o\n1\n")]
    [InlineData("o\n1\n" + Root)]
    [InlineData("\n1\n" + Root + "\n")]
    [InlineData("o\n01\n" + Root + "\n")]
    [InlineData("o\n-1\n" + Root + "\n")]
    [InlineData("o\n+1\n" + Root + "\n")]
    [InlineData("o\n1 \n" + Root + "\n")]
    [InlineData("o\n\n" + Root + "\n")]
    [InlineData("o\n9223372036854775808\n" + Root + "\n")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2\n")]
    [InlineData("o\n1\n" + Root + "\n\n")]
    [InlineData("o\n1\n" + Root + "\next\n\next\n")]
    public void What_is_no_checkpoint_is_refused(string text) => Assert.NotNull(Checkpoint.Parse(text).Reason);

    [Fact]
    public void What_is_written_is_read_again() =>
        (
            from origin in Gen.String[Gen.Char["abc ./+é"], 1, 20]
            from size in Gen.Long[0, long.MaxValue]
            from root in Gen.Byte.Array[Digest.Length]
            from extensions in Gen.String[Gen.Char["abc —"], 1, 9].Array[0, 3]
            select new Checkpoint(origin, size, new Digest(root), extensions)
        ).Sample(checkpoint => Assert.Equal(checkpoint.Format(), Checkpoint.Parse(checkpoint.Format()).Value.Format()));

    private static (INoteSigner Log, INoteSigner Witness, long Time) GoldenSigners()
    {
        var keys = LedgerFiles.GoldenJson("keys.json");
        return (Signer("log"), Signer("witness"), keys.GetProperty("time").GetInt64());

        INoteSigner Signer(string who) => Signatures.Signer(SignerKey.Parse(keys.GetProperty(who).GetProperty("skey").GetString()!).Value).Value;
    }
}
