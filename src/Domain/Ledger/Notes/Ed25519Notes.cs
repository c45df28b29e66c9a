using Domain.Ledger.Text;

namespace Domain.Ledger.Notes;

/// <summary>Verifies Ed25519 signatures over the text of a note (signed-note, "Ed25519 signatures").</summary>
/// <param name="key">A key of the type <see cref="SignatureType.Ed25519"/>.</param>
/// <param name="ed25519">The algorithm.</param>
public sealed class Ed25519NoteVerifier(VerifierKey key, ISignatureAlgorithm ed25519) : INoteVerifier
{
    /// <inheritdoc/>
    public VerifierKey Key => key;

    /// <inheritdoc/>
    public VerifiedSignature? Verify(string text, ReadOnlySpan<byte> signature) =>
        ed25519.Verifies(key.PublicKey.Span, StrictUtf8.Encode(text), signature) ? new VerifiedSignature(key, null) : null;
}

/// <summary>Signs the text of notes with Ed25519 (signed-note, "Ed25519 signatures").</summary>
/// <param name="name">The key's name.</param>
/// <param name="key">An Ed25519 key.</param>
public sealed class Ed25519NoteSigner(KeyName name, ISigningKey key) : INoteSigner
{
    /// <inheritdoc/>
    public VerifierKey Key { get; } = VerifierKey.Of(name, SignatureType.Ed25519, key.PublicKey.Span).Value;

    /// <inheritdoc/>
    public NoteSignature Sign(string text, long timestamp) => new(Key.Name, Key.Id, key.Sign(StrictUtf8.Encode(text)));
}
