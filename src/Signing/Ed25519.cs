using Domain.Ledger.Notes;
using NSec.Cryptography;

namespace Signing;

/// <summary>
/// Verifies Ed25519 signatures by RFC 8032, section 5.1.7, as libsodium does: refused are scalars that are not below the group's order, and public keys and
/// points R of small order or in a second spelling. The equation is the one without the cofactor.
/// </summary>
public sealed class Ed25519 : ISignatureAlgorithm
{
    /// <inheritdoc/>
    public bool Verifies(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureAlgorithm.Ed25519.SignatureSize
        && PublicKey.TryImport(SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey, out var key)
        && SignatureAlgorithm.Ed25519.Verify(key!, message, signature);
}
