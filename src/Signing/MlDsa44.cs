using Domain.Ledger.Notes;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Signing;

/// <summary>Verifies ML-DSA-44 signatures by FIPS 204, algorithm 3, with an empty context.</summary>
public sealed class MlDsa44 : ISignatureAlgorithm
{
    internal const int PublicKeyLength = 1_312;
    internal const int SignatureLength = 2_420;

    /// <inheritdoc/>
    public bool Verifies(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != PublicKeyLength || signature.Length != SignatureLength)
            return false;
        var verifier = new MLDsaSigner(MLDsaParameters.ml_dsa_44, deterministic: true);
        verifier.Init(forSigning: false, MLDsaPublicKeyParameters.FromEncoding(MLDsaParameters.ml_dsa_44, publicKey.ToArray()));
        verifier.BlockUpdate(message);
        return verifier.VerifySignature(signature.ToArray());
    }
}
