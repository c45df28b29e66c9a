namespace EndToEnd.Tests.Faults.Checking;

/// <summary>A leaf of the ledger as its table has it.</summary>
/// <param name="Number">Its index in the tree, from 0.</param>
/// <param name="Sequence">The sequence of its event.</param>
/// <param name="EventId">The id of its event.</param>
/// <param name="Entry">Its bytes.</param>
internal sealed record StoredLeaf(long Number, long Sequence, Guid EventId, byte[] Entry);
