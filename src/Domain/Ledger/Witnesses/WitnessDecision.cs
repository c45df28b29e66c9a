using Domain.Ledger.Checkpoints;
using Domain.Ledger.Merkle;
using Domain.Ledger.Notes;

namespace Domain.Ledger.Witnesses;

/// <summary>What a witness does about a request.</summary>
public enum WitnessDecisionKind
{
    /// <summary>It remembers the checkpoint, and cosigns it: 200.</summary>
    Cosign,

    /// <summary>It knows no log of that origin: 404.</summary>
    UnknownLog,

    /// <summary>None of the log's keys has signed the checkpoint, or a signature by one of them does not hold: 403.</summary>
    NotSigned,

    /// <summary>The request goes on from another size than the one that was cosigned last: 409.</summary>
    OtherSize,

    /// <summary>The log has signed two trees of one size: 409.</summary>
    Forked,

    /// <summary>The proof does not show that the tree continues the one that was cosigned last: 422.</summary>
    NotProven,
}

/// <summary>What a witness does about a request, by tlog-witness, "add-checkpoint".</summary>
/// <param name="Kind">What it does.</param>
/// <param name="KnownSize">The size of the checkpoint of that log that it cosigned last; 0 for none.</param>
public readonly record struct WitnessDecision(WitnessDecisionKind Kind, long KnownSize)
{
    /// <summary>
    /// Decides. What is cosigned has to be remembered for good before the cosignature is given out, and no other request of that log may be decided meanwhile:
    /// else two trees could be cosigned that do not continue one another.
    /// </summary>
    /// <param name="last">The checkpoint of that log that was cosigned last; null for none.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="keys">The log's keys; none where the witness does not know the log.</param>
    public static WitnessDecision Of(Checkpoint? last, AddCheckpointRequest request, IReadOnlyCollection<INoteVerifier> keys)
    {
        var (head, known) = (request.Checkpoint.Checkpoint, last?.Size ?? 0);
        WitnessDecision Is(WitnessDecisionKind kind) => new(kind, known);
        if (keys.Count == 0)
            return Is(WitnessDecisionKind.UnknownLog);
        if (!request.Checkpoint.Note.Verify(keys).Is(out _, out _))
            return Is(WitnessDecisionKind.NotSigned);
        if (last is not null && head.Size == last.Size && head.Root != last.Root)
            return Is(WitnessDecisionKind.Forked);
        if (request.OldSize != known)
            return Is(WitnessDecisionKind.OtherSize);
        var isProven =
            known == 0
                ? request.Proof.Count == 0 && (head.Size > 0 || head.Root == MerkleTree.EmptyRoot)
                : new ConsistencyProof(known, head.Size, request.Proof).Verifies(last!.Root, head.Root);
        return Is(isProven ? WitnessDecisionKind.Cosign : WitnessDecisionKind.NotProven);
    }
}
