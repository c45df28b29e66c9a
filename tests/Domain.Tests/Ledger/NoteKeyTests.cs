using Domain.Ledger.Notes;
using Signing;

namespace Domain.Tests.Ledger;

/// <summary>Keys of signed notes as text.</summary>
public sealed class NoteKeyTests
{
    [Theory]
    [InlineData("")]
    [InlineData("example.com/foo")]
    [InlineData("example.com/foo+530d903a")]
    [InlineData("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2l")]
    [InlineData("example.com/foo+530d903a+AOkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3Q==")]
    [InlineData("example.com/foo+530d903a+")]
    [InlineData("example.com/foo+530d903a+AQ==")]
    [InlineData("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n")]
    public void What_is_no_verifier_key_is_refused(string text) => Assert.NotNull(VerifierKey.Parse(text).Reason);

    [Theory]
    [InlineData("PRIVATE+KEY+a.example+0000000g+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("PRIVATE+KEY+a.example+00000001+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("PRIVATE+KEY+a.example+00000001+AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("a.example+00000001+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("PRIVATE+KEY+a.example+1+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("PRIVATE+KEY+")]
    public void What_is_no_signer_key_is_refused_without_being_quoted(string text)
    {
        var reason = SignerKey.Parse(text).Reason;

        Assert.NotNull(reason);
        Assert.DoesNotContain("AAAA", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SignatureType.Ed25519)]
    [InlineData(SignatureType.Ed25519Cosignature)]
    [InlineData(SignatureType.MlDsa44Cosignature)]
    public void A_new_key_is_read_as_it_was_written(SignatureType type)
    {
        var key = Signatures.NewKey(KeyName.Parse("a.example/é").Value, type);
        var signer = Signatures.Signer(SignerKey.Parse(key.Format()).Value).Value;

        Assert.Equal(key.Format(), SignerKey.Parse(key.Format()).Value.Format());
        Assert.Equal(signer.Key, VerifierKey.Parse(signer.Key.ToString()).Value);
        Assert.Equal(key.Id, signer.Key.Id);
        Assert.NotEqual(key.Format(), Signatures.NewKey(key.Name, type).Format());
        Assert.DoesNotContain(Convert.ToBase64String(key.Seed.Span)[..20], key.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_signer_key_with_the_id_of_another_is_refused()
    {
        var key = Signatures.NewKey(KeyName.Parse("a.example").Value, SignatureType.Ed25519);

        Assert.NotNull(Signatures.Signer(key with { Id = key.Id ^ 1 }).Reason);
        Assert.NotNull(Signatures.Signer(key with { Type = SignatureType.Ed25519Cosignature }).Reason);
    }

    [Fact]
    public void The_same_key_has_another_id_for_another_type_of_signature()
    {
        var (signs, cosigns) = (Keys.Signer("a.example", SignatureType.Ed25519).Key, Keys.Signer("a.example", SignatureType.Ed25519Cosignature).Key);

        Assert.Equal(signs.PublicKey.ToArray(), cosigns.PublicKey.ToArray());
        Assert.NotEqual(signs.Id, cosigns.Id);
    }
}
