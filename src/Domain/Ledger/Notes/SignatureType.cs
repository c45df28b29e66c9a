namespace Domain.Ledger.Notes;

/// <summary>
/// Who signs what how: the signature types of signed-note, "Signature types", that are used here. The number is the type's identifier byte. Of the others
/// no keys are read, and signatures by unknown keys are ignored.
/// </summary>
public enum SignatureType : byte
{
    /// <summary>Ed25519 (RFC 8032) over the note's text; 64 bytes (signed-note, "Ed25519 signatures").</summary>
    Ed25519 = 0x01,

    /// <summary>A timestamped Ed25519 signature over a checkpoint; 72 bytes (tlog-cosignature, "Ed25519 signed message").</summary>
    Ed25519Cosignature = 0x04,

    /// <summary>A timestamped ML-DSA-44 signature (FIPS 204) over a checkpoint's tree; 2,428 bytes (tlog-cosignature, "ML-DSA-44 signed message").</summary>
    MlDsa44Cosignature = 0x06,
}
