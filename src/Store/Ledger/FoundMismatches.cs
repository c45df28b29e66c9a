using System.Globalization;
using Domain;
using Domain.Ledger.Leaves;

namespace Store.Ledger;

/// <summary>Collects what does not fit. Events and leaves that lack their counterpart wait for the end, when it is known whether it stands elsewhere.</summary>
internal sealed class FoundMismatches
{
    /// <summary>The most events and leaves without a counterpart that are remembered.</summary>
    private const int MostUnmatched = 100_000;

    private readonly List<LedgerMismatch> _found = [];
    private readonly Dictionary<Guid, (long Sequence, long Index)> _leaves = [];
    private readonly Dictionary<Guid, long> _events = [];

    /// <summary>How many were found, also those that are not kept.</summary>
    public long Count { get; private set; }

    /// <summary>How many leaves have lost all of their salts.</summary>
    public long Unopened { get; private set; }

    /// <summary>What was found, in order, as far as it is kept.</summary>
    public IReadOnlyList<LedgerMismatch> Found => _found;

    public void Add(LedgerMismatch mismatch)
    {
        Count++;
        if (_found.Count < LedgerVerification.MostMismatches)
            _found.Add(mismatch);
    }

    /// <summary>An event that has no leaf at its place.</summary>
    public void AddEvent(Guid id, long sequence)
    {
        if (_events.Count >= MostUnmatched || !_events.TryAdd(id, sequence))
            Add(new LedgerMismatch(MismatchKind.Inserted, "The event was never logged.", id, sequence));
    }

    /// <summary>A leaf that has no event at its place.</summary>
    public void AddLeaf(KeptLeaf leaf)
    {
        if (_leaves.Count >= MostUnmatched || !_leaves.TryAdd(leaf.EventId, (leaf.Sequence, leaf.Index)))
            Add(Removed(leaf.EventId, leaf.Sequence, leaf.Index));
    }

    /// <summary>Says of all that lacked its counterpart whether it was moved, removed or inserted.</summary>
    public void End()
    {
        foreach (var (id, (sequence, index)) in _leaves)
        {
            if (_events.Remove(id, out var now))
            {
                var what = string.Create(CultureInfo.InvariantCulture, $"The event was logged at the place {sequence}, and stands at {now}.");
                Add(new LedgerMismatch(MismatchKind.Reordered, what, id, now, index));
            }
            else
            {
                Add(Removed(id, sequence, index));
            }
        }

        foreach (var (id, sequence) in _events)
            Add(new LedgerMismatch(MismatchKind.Inserted, "The event was never logged.", id, sequence));
    }

    /// <summary>Compares an event with its leaf.</summary>
    /// <returns>The leaf, where a salt of it is missing and an erasure has to say so; null where nothing is missing.</returns>
    public UnopenedLeaf? Compare(KeptLeaf leaf, RecordedEvent recorded)
    {
        void Say(MismatchKind kind, string what) => Add(new LedgerMismatch(kind, what, leaf.EventId, leaf.Sequence, leaf.Index));
        if (Reopened.TryOf(leaf, recorded, out var reason) is not { Opened: var opened })
        {
            Say(MismatchKind.Changed, $"Leaf, salts and event do not belong together. {reason}.");
            return null;
        }

        var entry = opened.Leaf;
        var changed = opened.Mismatches().ToList();
        if (entry.Id != recorded.Id)
            changed.Add("id");
        if (entry.Version != recorded.Version)
            changed.Add("version");
        if (entry.Type != recorded.Type)
            changed.Add("type");
        if (changed.Count > 0)
            Say(MismatchKind.Changed, $"Not as it was logged: {string.Join(", ", changed)}.");
        var at = Instants.ToMicroseconds(recorded.RecordedAt);
        if (entry.RecordedAt != at)
            Say(MismatchKind.BackDated, $"The event was logged as recorded at {Instants.Format(entry.RecordedAt)}, and says {Instants.Format(at)}.");
        if (UnopenedLeaf.IsLost(opened))
            Unopened++;
        return UnopenedLeaf.Of(leaf, recorded, opened);
    }

    /// <summary>Says of a leaf that is not opened as a whole what no erasure accounts for.</summary>
    /// <param name="unopened">The leaf.</param>
    /// <param name="erased">The texts that were erased, with when.</param>
    public void Compare(UnopenedLeaf unopened, IReadOnlyDictionary<(Guid Event, int Text), DateTimeOffset> erased)
    {
        var leaf = unopened.Leaf;
        if (unopened.Unaccounted(erased).ToList() is { Count: > 0 } missing)
        {
            var what = $"What opens it is gone, or stands otherwise than its erasure left it: {string.Join(", ", missing)}.";
            Add(new LedgerMismatch(MismatchKind.Changed, what, leaf.EventId, leaf.Sequence, leaf.Index));
        }
    }

    private static LedgerMismatch Removed(Guid id, long sequence, long index) =>
        new(MismatchKind.Removed, "The event was logged, and is gone.", id, sequence, index);
}
