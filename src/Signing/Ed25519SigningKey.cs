using Domain.Ledger.Notes;
using NSec.Cryptography;

namespace Signing;

/// <summary>An Ed25519 key that signs (RFC 8032, section 5.1.6): the same message has the same signature every time.</summary>
public sealed class Ed25519SigningKey : ISigningKey, IDisposable
{
    private readonly Key _key;

    /// <summary>The key of a seed.</summary>
    /// <param name="seed">The private key of RFC 8032, section 5.1.5: exactly 32 bytes.</param>
    /// <exception cref="FormatException">There are fewer or more bytes.</exception>
    public Ed25519SigningKey(ReadOnlySpan<byte> seed)
    {
        _key = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        PublicKey = _key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <inheritdoc/>
    public byte[] Sign(ReadOnlySpan<byte> message) => SignatureAlgorithm.Ed25519.Sign(_key, message);

    /// <summary>Overwrites the secret.</summary>
    public void Dispose() => _key.Dispose();
}
