namespace Domain.Ledger.Notes;

/// <summary>A signature that holds.</summary>
/// <param name="Key">The key that made it.</param>
/// <param name="Timestamp">
/// When it was made, as the signer says, in seconds since 1970-01-01 UTC; 0 where the signer makes no statement about it, null where the type of signature
/// carries none.
/// </param>
public sealed record VerifiedSignature(VerifierKey Key, long? Timestamp);
