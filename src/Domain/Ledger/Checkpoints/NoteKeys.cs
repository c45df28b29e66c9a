using Domain.Ledger.Notes;

namespace Domain.Ledger.Checkpoints;

/// <summary>Verifiers and signers for keys of every type.</summary>
public static class NoteKeys
{
    /// <summary>The verifier for a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="algorithms">The algorithms.</param>
    public static INoteVerifier Verifier(VerifierKey key, SignatureAlgorithms algorithms) =>
        key.Type switch
        {
            SignatureType.Ed25519 => new Ed25519NoteVerifier(key, algorithms.Ed25519),
            SignatureType.Ed25519Cosignature => new CosignatureVerifier(key, algorithms.Ed25519),
            SignatureType.MlDsa44Cosignature => new CosignatureVerifier(key, algorithms.MlDsa44),
        };

    /// <summary>The signer with a key.</summary>
    /// <param name="name">The key's name.</param>
    /// <param name="type">What the key signs, and how.</param>
    /// <param name="key">A key of that type's algorithm.</param>
    public static INoteSigner Signer(KeyName name, SignatureType type, ISigningKey key) =>
        type == SignatureType.Ed25519 ? new Ed25519NoteSigner(name, key) : new Cosigner(name, type, key);
}
