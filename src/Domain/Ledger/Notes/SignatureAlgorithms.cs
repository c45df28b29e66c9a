namespace Domain.Ledger.Notes;

/// <summary>The algorithms by which notes are signed.</summary>
/// <param name="Ed25519">
/// Ed25519 by RFC 8032, section 5.1.7. It refuses a scalar that is not below the group's order, and points of small order, so that nobody can make a second
/// signature out of one, or one that holds for many messages.
/// </param>
/// <param name="MlDsa44">ML-DSA-44 by FIPS 204, algorithm 3, with an empty context.</param>
public sealed record SignatureAlgorithms(ISignatureAlgorithm Ed25519, ISignatureAlgorithm MlDsa44);
