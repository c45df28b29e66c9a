using Domain.Ledger.Leaves;
using Store.Events;

namespace Store.Ledger;

/// <summary>A kept leaf, opened by an event.</summary>
/// <param name="Opened">The leaf and what opens it.</param>
internal sealed record Reopened(OpenedLeaf Opened)
{
    /// <summary>Opens a leaf.</summary>
    /// <exception cref="DamagedLogException">Leaf, salts or event cannot be read as such.</exception>
    public static Reopened Of(KeptLeaf leaf, RecordedEvent recorded) =>
        TryOf(leaf, recorded, out var reason) ?? throw new DamagedLogException($"leaf {leaf.Index}: {reason}");

    /// <summary>Opens a leaf; null, with the reason, where leaf, salts or event cannot be read as such.</summary>
    public static Reopened? TryOf(KeptLeaf leaf, RecordedEvent recorded, out string? reason)
    {
        reason = null;
        if (!LedgerLeaf.Parse(leaf.Entry).Is(out var entry, out var malformed))
            reason = malformed.Reason;
        else if (!LeafSalts.Parse(leaf.Salts).Is(out var salts, out malformed))
            reason = malformed.Reason;
        else if (FreeTextPlaces.Of(entry.Type) is not { } places)
            reason = $"This version does not know events of the type {entry.Type}";
        else if (OpenedLeaf.Reopen(entry, recorded, places, salts).Is(out var opened, out malformed))
            return new Reopened(opened);
        else
            reason = malformed.Reason;
        return null;
    }
}
