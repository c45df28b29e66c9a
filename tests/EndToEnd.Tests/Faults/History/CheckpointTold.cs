namespace EndToEnd.Tests.Faults.History;

/// <summary>A checkpoint of the ledger, as a reader was given it.</summary>
/// <param name="Order">Its place in the order of arrival, from 1.</param>
/// <param name="Size">How many leaves the tree has.</param>
/// <param name="Root">The hash of its root, base64.</param>
/// <param name="Flaw">Why it cannot be believed, whatever it says; null where it is well formed and the log's key signed it.</param>
internal sealed record CheckpointTold(long Order, long Size, string Root, string? Flaw = null);
