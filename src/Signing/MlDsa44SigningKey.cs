using Domain.Ledger.Notes;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Signing;

/// <summary>
/// An ML-DSA-44 key that signs by the deterministic variant of FIPS 204, algorithm 2, with an empty context: the same message has the same signature every
/// time.
/// </summary>
public sealed class MlDsa44SigningKey : ISigningKey
{
    private readonly MLDsaPrivateKeyParameters _key;

    /// <summary>The key of a seed.</summary>
    /// <param name="seed">The seed ξ of FIPS 204, algorithm 6: exactly 32 bytes.</param>
    /// <exception cref="ArgumentException">There are fewer or more bytes.</exception>
    public MlDsa44SigningKey(ReadOnlySpan<byte> seed)
    {
        _key = MLDsaPrivateKeyParameters.FromSeed(MLDsaParameters.ml_dsa_44, seed.ToArray());
        PublicKey = _key.GetPublicKeyEncoded();
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <inheritdoc/>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signer = new MLDsaSigner(MLDsaParameters.ml_dsa_44, deterministic: true);
        signer.Init(forSigning: true, _key);
        signer.BlockUpdate(message);
        return signer.GenerateSignature();
    }
}
