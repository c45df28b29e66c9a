namespace Domain.Ledger.Notes;

/// <summary>A private key that signs bytes. Where its secret lies is its own affair.</summary>
public interface ISigningKey
{
    /// <summary>The public key that belongs to it.</summary>
    ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Signs bytes.</summary>
    /// <param name="message">The bytes.</param>
    /// <returns>The signature: 64 bytes by Ed25519, 2,420 by ML-DSA-44.</returns>
    byte[] Sign(ReadOnlySpan<byte> message);
}
