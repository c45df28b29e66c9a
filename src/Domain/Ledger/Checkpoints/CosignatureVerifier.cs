using Domain.Ledger.Notes;

namespace Domain.Ledger.Checkpoints;

/// <summary>Verifies the cosignatures of one key on checkpoints, by tlog-cosignature. A note that is no checkpoint has none that hold.</summary>
/// <param name="key">A key of a type of cosignature.</param>
/// <param name="algorithm">The algorithm of that type.</param>
public sealed class CosignatureVerifier(VerifierKey key, ISignatureAlgorithm algorithm) : INoteVerifier
{
    /// <inheritdoc/>
    public VerifierKey Key => key;

    /// <inheritdoc/>
    public VerifiedSignature? Verify(string text, ReadOnlySpan<byte> signature) =>
        TimestampedSignature.TimestampOf(signature) is { } timestamp
        && CosignedMessage.Of(key.Type, key.Name, timestamp, text) is { } message
        && algorithm.Verifies(key.PublicKey.Span, message, TimestampedSignature.SignatureOf(signature))
            ? new VerifiedSignature(key, timestamp)
            : null;
}
