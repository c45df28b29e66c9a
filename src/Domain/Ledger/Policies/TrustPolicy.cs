using Domain.Ledger.Checkpoints;
using Domain.Ledger.Notes;
using Domain.Ledger.Text;

namespace Domain.Ledger.Policies;

/// <summary>A log whose checkpoints are taken. The name of its key is its origin.</summary>
/// <param name="Key">The log's key.</param>
/// <param name="Url">Where the log is found; null where the policy does not say.</param>
public sealed record PolicyLog(VerifierKey Key, string? Url);

/// <summary>A witness whose cosignatures count.</summary>
/// <param name="Name">Its name in the policy, which means nothing outside.</param>
/// <param name="Key">Its key, of a type of cosignature.</param>
/// <param name="Url">Where the witness is found; null where the policy does not say.</param>
public sealed record PolicyWitness(string Name, VerifierKey Key, string? Url);

/// <summary>Witnesses and groups, of which so many have to have cosigned for the group to count as one that did.</summary>
/// <param name="Name">Its name in the policy.</param>
/// <param name="Threshold">How many members it takes, 1 to their number.</param>
/// <param name="Members">The names of witnesses and groups that were defined before.</param>
public sealed record PolicyGroup(string Name, int Threshold, IReadOnlyList<string> Members);

/// <summary>
/// Which checkpoints are taken as valid, by tlog-policy: those that one of the logs signed, and a quorum of witnesses cosigned. <see cref="PolicyFile"/>
/// reads and writes it.
/// </summary>
/// <param name="Logs">The logs; none where the application knows which.</param>
/// <param name="Witnesses">The witnesses, possibly none.</param>
/// <param name="Groups">The groups, each after its members.</param>
/// <param name="Quorum">The name of the witness or group that has to have cosigned; null for <c>none</c>.</param>
public sealed record TrustPolicy(IReadOnlyList<PolicyLog> Logs, IReadOnlyList<PolicyWitness> Witnesses, IReadOnlyList<PolicyGroup> Groups, string? Quorum)
{
    /// <summary>Whether a checkpoint is valid.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="algorithms">The algorithms.</param>
    /// <returns>
    /// Who signed it, of all whom the policy knows. Refused is a checkpoint without a signature by a log of its origin or without a quorum, and one with a
    /// known key's signature that does not hold.
    /// </returns>
    public Parsed<PolicyVerdict> Evaluate(SignedCheckpoint checkpoint, SignatureAlgorithms algorithms) =>
        Evaluate(checkpoint, algorithms, [.. Logs.Select(l => l.Key)]);

    /// <summary>Whether a checkpoint is valid, of a log that the application knows.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="algorithms">The algorithms.</param>
    /// <param name="logs">The keys of logs, in place of the policy's own.</param>
    /// <returns>As above.</returns>
    public Parsed<PolicyVerdict> Evaluate(SignedCheckpoint checkpoint, SignatureAlgorithms algorithms, IReadOnlyList<VerifierKey> logs)
    {
        // The key of another log says nothing about this one, even where it signed.
        var own = logs.Where(l => l.Name.Value == checkpoint.Checkpoint.Origin).ToList();
        var known = own.Concat(Witnesses.Select(w => w.Key)).Distinct();
        if (!checkpoint.Note.Verify(known.Select(k => NoteKeys.Verifier(k, algorithms))).Is(out var signatures, out var malformed))
            return malformed;
        var byLog = signatures.Where(s => own.Contains(s.Key)).ToList();
        if (byLog.Count == 0)
            return new Malformed($"No known key of the log {checkpoint.Checkpoint.Origin} has signed this");
        var byWitness = Witnesses.SelectMany(w => signatures.Where(s => s.Key == w.Key).Select(s => new WitnessCosignature(w, s.Timestamp!.Value))).ToList();
        var witnesses = byWitness.Select(c => c.Witness.Name).ToHashSet(StringComparer.Ordinal);
        return IsQuorum(witnesses)
            ? new PolicyVerdict(byLog, byWitness)
            : new Malformed($"The witnesses that cosigned are no quorum: {witnesses.Count} of {Witnesses.Count} did");
    }

    /// <summary>Whether witnesses are a quorum.</summary>
    /// <param name="witnesses">The names of the witnesses that cosigned.</param>
    public bool IsQuorum(IReadOnlySet<string> witnesses)
    {
        if (Quorum is null)
            return true;
        var counted = witnesses.ToHashSet(StringComparer.Ordinal);
        foreach (var group in Groups)
        {
            if (group.Members.Count(counted.Contains) >= group.Threshold)
                counted.Add(group.Name);
        }

        return counted.Contains(Quorum);
    }
}
