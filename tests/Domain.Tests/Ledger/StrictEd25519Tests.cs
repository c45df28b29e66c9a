using System.Numerics;
using Domain.Ledger.Notes;
using Signing;

namespace Domain.Tests.Ledger;

/// <summary>Ed25519 by RFC 8032, with what lenient verifiers let through refused.</summary>
public sealed class StrictEd25519Tests
{
    /// <summary>The order of the group, 2^252 + 27742317777372353535851937790883648493 (RFC 8032, section 5.1).</summary>
    private static readonly BigInteger Order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", null);

    private static readonly Ed25519 Algorithm = new();

    [Theory]
    // RFC 8032, section 7.1, tests 1 to 3.
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )]
    [InlineData(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    )]
    public void The_worked_signatures_of_the_RFC_are_made_and_hold(string seed, string publicKey, string message, string signature)
    {
        using var key = new Ed25519SigningKey(Convert.FromHexString(seed));

        Assert.Equal(publicKey, Convert.ToHexStringLower(key.PublicKey.Span));
        Assert.Equal(signature, Convert.ToHexStringLower(key.Sign(Convert.FromHexString(message))));
        Assert.True(Algorithm.Verifies(key.PublicKey.Span, Convert.FromHexString(message), Convert.FromHexString(signature)));
    }

    [Fact]
    public void A_scalar_that_is_not_below_the_order_is_refused()
    {
        using var key = new Ed25519SigningKey(new byte[SignerKey.SeedLength]);
        var signature = key.Sign("text"u8);
        var scalar = new BigInteger(signature.AsSpan(32), isUnsigned: true) + Order;
        Assert.True(scalar.TryWriteBytes(signature.AsSpan(32), out var written, isUnsigned: true));
        Assert.Equal(32, written);

        Assert.False(Algorithm.Verifies(key.PublicKey.Span, "text"u8, signature));
    }

    [Theory]
    // The points of order 1, 2, 4 and 8, and second spellings of them.
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    public void Keys_and_points_of_small_order_sign_nothing(string point)
    {
        var small = Convert.FromHexString(point);

        // With such a key, the point itself and the scalar 0 would hold for one message in eight or more.
        Assert.All(Enumerable.Range(0, 64), i => Assert.False(Algorithm.Verifies(small, [(byte)i], [.. small, .. new byte[32]])));
        using var key = new Ed25519SigningKey(new byte[SignerKey.SeedLength]);
        Assert.All(Enumerable.Range(0, 64), i => Assert.False(Algorithm.Verifies(key.PublicKey.Span, [(byte)i], [.. small, .. new byte[32]])));
    }

    [Fact]
    public void Keys_of_another_length_verify_nothing() => Assert.False(Algorithm.Verifies(new byte[31], "text"u8, new byte[64]));
}
