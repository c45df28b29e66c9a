namespace Domain.Ledger.Notes;

/// <summary>Verifies the signatures of one key on notes.</summary>
public interface INoteVerifier
{
    /// <summary>The key.</summary>
    VerifierKey Key { get; }

    /// <summary>Verifies a signature that bears the key's name and id.</summary>
    /// <param name="text">The note's text, its last line end included.</param>
    /// <param name="signature">The signature's bytes, without the key's id.</param>
    /// <returns>What the signature says; null where it does not hold, whatever its bytes are.</returns>
    VerifiedSignature? Verify(string text, ReadOnlySpan<byte> signature);
}
