using Domain.Ledger.Text;

namespace Domain.Ledger.Notes;

/// <summary>
/// A signed note, by signed-note, "Format": a text that ends with a line end, an empty line, and signature lines. Nothing of the text may be used before
/// <see cref="Verify"/> has said that a trusted key signed it.
/// </summary>
/// <param name="Text">The text, its last line end included.</param>
/// <param name="Signatures">The signatures in the note's order, 1 to <see cref="MostSignatures"/>.</param>
public sealed record SignedNote(string Text, IReadOnlyList<NoteSignature> Signatures)
{
    /// <summary>The most signatures that a note may have here, 128. signed-note asks for a limit, and for at least 16.</summary>
    public const int MostSignatures = 128;

    /// <summary>The most bytes that a note may have here, 1,000,000.</summary>
    public const int MostBytes = 1_000_000;

    private const string EmptyLine = "\n\n";

    /// <summary>Reads a note.</summary>
    /// <param name="bytes">The whole note.</param>
    public static Parsed<SignedNote> Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MostBytes)
            return new Malformed($"A note has at most {MostBytes:N0} bytes, and this one has {bytes.Length:N0}");
        return StrictUtf8.Decode(bytes) is { } text ? Parse(text) : new Malformed("A note is UTF-8, and this is not");
    }

    /// <summary>The note's bytes.</summary>
    public byte[] Format() => StrictUtf8.Encode(ToString());

    /// <summary>
    /// Verifies the note against the keys that are trusted. Signatures by other keys are ignored (signed-note, "Signatures").
    /// </summary>
    /// <param name="verifiers">The trusted keys.</param>
    /// <returns>
    /// The signatures that hold, at least one, in the note's order. Refused is a note that none of the keys signed, and one with a signature by one of them
    /// that does not hold.
    /// </returns>
    public Parsed<IReadOnlyList<VerifiedSignature>> Verify(IEnumerable<INoteVerifier> verifiers)
    {
        var trusted = verifiers.ToList();
        var verified = new List<VerifiedSignature>();
        foreach (var signature in Signatures)
        {
            if (trusted.Find(v => v.Key.Id == signature.KeyId && v.Key.Name == signature.Name) is not { } verifier)
                continue;
            if (verifier.Verify(Text, signature.Signature.Span) is not { } held)
                return new Malformed($"The signature by {verifier.Key.Name}+{VerifierKey.FormatId(verifier.Key.Id)} does not hold");
            verified.Add(held);
        }

        return verified.Count > 0 ? verified : new Malformed("No trusted key has signed this");
    }

    /// <summary>The note as text.</summary>
    public override string ToString() => $"{Text}\n{string.Concat(Signatures.Select(s => $"{s}\n"))}";

    private static Parsed<SignedNote> Parse(string note)
    {
        if (note.Any(c => c < ' ' && c != '\n'))
            return new Malformed("A note has no control characters but line ends");
        var end = note.LastIndexOf(EmptyLine, StringComparison.Ordinal);
        if (end < 0)
            return new Malformed("An empty line parts a note's text from its signatures, and there is none");
        if (!NoteSignature.ParseLines(note[(end + EmptyLine.Length)..]).Is(out var signatures, out var malformed))
            return malformed;
        return new SignedNote(note[..(end + 1)], signatures);
    }
}
