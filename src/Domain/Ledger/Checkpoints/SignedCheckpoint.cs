using Domain.Ledger.Notes;
using Domain.Ledger.Text;

namespace Domain.Ledger.Checkpoints;

/// <summary>A checkpoint: a signed note whose text is the head of a log's tree (tlog-checkpoint).</summary>
public sealed record SignedCheckpoint
{
    private SignedCheckpoint(Checkpoint checkpoint, SignedNote note) => (Checkpoint, Note) = (checkpoint, note);

    /// <summary>What is signed. It may be used after <see cref="SignedNote.Verify"/>.</summary>
    public Checkpoint Checkpoint { get; }

    /// <summary>The note with its signatures.</summary>
    public SignedNote Note { get; }

    /// <summary>Reads a signed checkpoint.</summary>
    /// <param name="bytes">The whole note.</param>
    public static Parsed<SignedCheckpoint> Parse(ReadOnlySpan<byte> bytes)
    {
        if (!SignedNote.Parse(bytes).Is(out var note, out var malformed))
            return malformed;
        return Checkpoint.Parse(note.Text).Is(out var checkpoint, out malformed) ? new SignedCheckpoint(checkpoint, note) : malformed;
    }

    /// <summary>Signs a checkpoint with every key.</summary>
    /// <param name="checkpoint">The head of the tree.</param>
    /// <param name="signers">The keys, at least one.</param>
    /// <param name="timestamp">When it is signed, in seconds since 1970-01-01 UTC.</param>
    public static SignedCheckpoint Sign(Checkpoint checkpoint, IEnumerable<INoteSigner> signers, long timestamp)
    {
        var text = checkpoint.Format();
        return new SignedCheckpoint(checkpoint, new SignedNote(text, [.. signers.Select(s => s.Sign(text, timestamp))]));
    }

    /// <summary>
    /// The checkpoint with further signatures after its own, such as a witness's answer. A newer signature by a key takes the place of an older.
    /// </summary>
    /// <param name="signatures">The signatures.</param>
    public SignedCheckpoint With(IEnumerable<NoteSignature> signatures)
    {
        var added = signatures.ToList();
        var kept = Note.Signatures.Where(s => !added.Exists(a => a.KeyId == s.KeyId && a.Name == s.Name));
        return new SignedCheckpoint(Checkpoint, Note with { Signatures = [.. kept, .. added] });
    }

    /// <summary>The checkpoint with the signatures of some keys alone, one of each. Others may have repeated a line.</summary>
    /// <param name="keys">The keys.</param>
    public SignedCheckpoint SignedBy(IReadOnlyCollection<VerifierKey> keys) =>
        new(
            Checkpoint,
            Note with
            {
                Signatures = [.. Note.Signatures.Where(s => keys.Any(k => k.Id == s.KeyId && k.Name == s.Name)).DistinctBy(s => (s.Name, s.KeyId))],
            }
        );

    /// <summary>The note's bytes.</summary>
    public byte[] Format() => Note.Format();

    /// <summary>The note as text.</summary>
    public override string ToString() => Note.ToString();
}
