using Domain.Ledger.Merkle;
using Domain.Ledger.Tiles;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Checking.Rules;

/// <summary>The ledger has one leaf an event, in the order of the events, and every checkpoint that was given out is the head of a beginning of it.</summary>
internal static class LoggedEvents
{
    public static IEnumerable<Finding> Check(FaultHistory history, StoreContents store) => [.. Leaves(store), .. Checkpoints(history, store)];

    private static IEnumerable<Finding> Leaves(StoreContents store)
    {
        var numbered = store.Leaves.Select(l => l.Number).SequenceEqual(Enumerable.Range(0, store.Leaves.Count).Select(n => (long)n));
        if (!numbered)
            yield return new Finding(nameof(LoggedEvents), "The numbers of the leaves have a gap.");
        var ofEvent = store.Leaves.ToLookup(l => l.EventId);
        var last = -1L;
        foreach (var stored in store.Events)
        {
            var leaves = ofEvent[stored.Id].ToList();
            if (leaves.Count != 1)
                yield return new Finding(nameof(LoggedEvents), $"{stored.Type} of {stored.Stream} has {leaves.Count} leaves.", null, stored.Sequence);
            if (leaves.Count == 0)
                continue;
            if (leaves[0].Sequence != stored.Sequence || leaves[0].Number <= last)
                yield return new Finding(nameof(LoggedEvents), $"Leaf {leaves[0].Number} is not in the order of the events.", null, stored.Sequence);
            last = leaves[0].Number;
        }

        var known = store.Events.Select(e => e.Id).ToHashSet();
        foreach (var leaf in store.Leaves.Where(l => !known.Contains(l.EventId)))
            yield return new Finding(nameof(LoggedEvents), $"Leaf {leaf.Number} is of no event.", null, leaf.Sequence);
    }

    private static IEnumerable<Finding> Checkpoints(FaultHistory history, StoreContents store)
    {
        foreach (var told in history.Checkpoints.Where(c => c.Flaw is not null))
            yield return new Finding(nameof(LoggedEvents), $"A checkpoint cannot be believed: {told.Flaw}.");
        foreach (var (earlier, later) in history.Checkpoints.Zip(history.Checkpoints.Skip(1)))
        {
            if (later.Size < earlier.Size)
                yield return new Finding(nameof(LoggedEvents), $"A checkpoint of {later.Size} leaves came after one of {earlier.Size}.");
        }

        var hashes = store.Leaves.Select(l => MerkleTree.LeafHash(l.Entry)).ToArray();
        var tree = TreeEdge.Empty;
        foreach (var told in history.Checkpoints.Where(c => c.Flaw is null).OrderBy(c => c.Size))
        {
            if (told.Size > hashes.Length)
            {
                yield return new Finding(nameof(LoggedEvents), $"A checkpoint has {told.Size} leaves, and the log {hashes.Length}.");
                continue;
            }

            tree = tree.Append(hashes.AsSpan((int)tree.Size..(int)told.Size)).Edge;
            if (tree.Root().ToString() != told.Root)
                yield return new Finding(nameof(LoggedEvents), $"The checkpoint of {told.Size} leaves is of another tree: {told.Root}, not {tree.Root()}.");
        }
    }
}
