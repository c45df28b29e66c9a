using Domain.Ledger.Checkpoints;
using Domain.Ledger.Merkle;
using Domain.Ledger.Notes;
using Domain.Ledger.Text;

namespace Domain.Ledger.Witnesses;

/// <summary>The body of <c>POST …/add-checkpoint</c>, by tlog-witness, "add-checkpoint": what a log asks a witness to cosign.</summary>
/// <param name="OldSize">The size of the checkpoint that the witness cosigned last; 0 for none.</param>
/// <param name="Proof">The consistency proof from that size to the checkpoint's; none where the old size is 0.</param>
/// <param name="Checkpoint">The checkpoint to cosign.</param>
public sealed record AddCheckpointRequest(long OldSize, IReadOnlyList<Digest> Proof, SignedCheckpoint Checkpoint)
{
    private const string OldPrefix = "old ";

    /// <summary>Reads the body of a request.</summary>
    /// <param name="body">The whole body.</param>
    /// <returns>The request; a witness answers a refused one with 400.</returns>
    public static Parsed<AddCheckpointRequest> Parse(ReadOnlySpan<byte> body)
    {
        var end = body.IndexOf("\n\n"u8);
        if (end < 0 || StrictUtf8.Decode(body[..end])?.Split('\n') is not [var oldLine, .. var proofLines])
            return new Malformed("An empty line parts the proof from the checkpoint, and there is none");
        if (!oldLine.StartsWith(OldPrefix, StringComparison.Ordinal) || StrictDecimal.Parse(oldLine.AsSpan(OldPrefix.Length)) is not { } oldSize)
            return new Malformed("The first line is the old size: old <number>");
        if (!HashLines.Parse(proofLines).Is(out var proof, out var malformed))
            return malformed;
        if (!SignedCheckpoint.Parse(body[(end + 2)..]).Is(out var checkpoint, out malformed))
            return malformed;
        return oldSize <= checkpoint.Checkpoint.Size
            ? new AddCheckpointRequest(oldSize, proof, checkpoint)
            : new Malformed($"The old size, {oldSize}, is above the checkpoint's, {checkpoint.Checkpoint.Size}");
    }

    /// <summary>The body of the request.</summary>
    public byte[] Format() => StrictUtf8.Encode($"{OldPrefix}{StrictDecimal.Format(OldSize)}\n{HashLines.Format(Proof)}\n{Checkpoint}");
}

/// <summary>The body of a witness's answer 200, by tlog-witness, "add-checkpoint": its cosignatures, a signature line each.</summary>
/// <param name="Cosignatures">At least one.</param>
public sealed record AddCheckpointAnswer(IReadOnlyList<NoteSignature> Cosignatures)
{
    /// <summary>Reads the body of an answer.</summary>
    /// <param name="body">The whole body.</param>
    public static Parsed<AddCheckpointAnswer> Parse(ReadOnlySpan<byte> body)
    {
        if (body.Length > SignedNote.MostBytes || StrictUtf8.Decode(body) is not { } lines)
            return new Malformed($"A witness answers at most {SignedNote.MostBytes:N0} bytes of UTF-8");
        return NoteSignature.ParseLines(lines).Is(out var cosignatures, out var malformed) ? new AddCheckpointAnswer(cosignatures) : malformed;
    }

    /// <summary>The body of the answer.</summary>
    public byte[] Format() => StrictUtf8.Encode(string.Concat(Cosignatures.Select(c => $"{c}\n")));
}
