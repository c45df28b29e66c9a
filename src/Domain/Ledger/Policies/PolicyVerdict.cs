using Domain.Ledger.Notes;

namespace Domain.Ledger.Policies;

/// <summary>Who signed a checkpoint that a policy takes.</summary>
/// <param name="Log">The signatures by the log's keys, at least one.</param>
/// <param name="Witnesses">The cosignatures by the policy's witnesses, in its order.</param>
public sealed record PolicyVerdict(IReadOnlyList<VerifiedSignature> Log, IReadOnlyList<WitnessCosignature> Witnesses);

/// <summary>A witness's cosignature that holds.</summary>
/// <param name="Witness">The witness.</param>
/// <param name="Timestamp">When it cosigned, as it says, in seconds since 1970-01-01 UTC; 0 where it makes no statement about it.</param>
public sealed record WitnessCosignature(PolicyWitness Witness, long Timestamp);
