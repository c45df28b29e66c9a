namespace Domain.Ledger.Notes;

/// <summary>An algorithm that verifies signatures over bytes. The domain has no cryptography of its own beyond hashes, and is given it.</summary>
public interface ISignatureAlgorithm
{
    /// <summary>Whether a signature holds.</summary>
    /// <param name="publicKey">The public key.</param>
    /// <param name="message">The signed bytes.</param>
    /// <param name="signature">The signature. Any bytes are taken; those of another length do not hold.</param>
    bool Verifies(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);
}
