using Domain.Ledger.Notes;

namespace Domain.Ledger.Checkpoints;

/// <summary>
/// Signs checkpoints with a time, by tlog-cosignature: a witness, or a log with its ML-DSA-44 key. Whoever signs has verified that the tree continues every
/// one that it signed before.
/// </summary>
public sealed class Cosigner : INoteSigner
{
    private readonly ISigningKey _key;

    /// <summary>A cosigner.</summary>
    /// <param name="name">The key's name; of at most 255 bytes in UTF-8 for ML-DSA-44.</param>
    /// <param name="type">A type of cosignature.</param>
    /// <param name="key">A key of that type's algorithm.</param>
    /// <exception cref="ArgumentException">The type is none of cosignatures.</exception>
    public Cosigner(KeyName name, SignatureType type, ISigningKey key)
    {
        if (type == SignatureType.Ed25519)
            throw new ArgumentException("A cosignature has a time, and this type of signature has none.", nameof(type));
        (_key, Key) = (key, VerifierKey.Of(name, type, key.PublicKey.Span).Value);
    }

    /// <inheritdoc/>
    public VerifierKey Key { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The text is no checkpoint, or for ML-DSA-44 the origin or the name has more than 255 bytes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time lies before 1970.</exception>
    public NoteSignature Sign(string text, long timestamp)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(timestamp);
        var message =
            CosignedMessage.Of(Key.Type, Key.Name, timestamp, text)
            ?? throw new ArgumentException("Cosigned are checkpoints, with an origin and a name of at most 255 bytes.", nameof(text));
        return new NoteSignature(Key.Name, Key.Id, TimestampedSignature.Format(timestamp, _key.Sign(message)));
    }
}
