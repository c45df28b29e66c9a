namespace EndToEnd.Tests.Faults.Checking;

/// <summary>A delivery as the store keeps it.</summary>
internal sealed record StoredDelivery(string Webhook, long Number, Guid EventId, string Status);

/// <summary>An import as the store keeps it.</summary>
internal sealed record StoredImport(string Id, string Status, long Read, long Accepted, long Refused, long Recorded);

/// <summary>What was read of the store after a run, when nothing was under way any more.</summary>
internal sealed record StoreContents
{
    /// <summary>In the order of their sequences.</summary>
    public required IReadOnlyList<StoredEvent> Events { get; init; }

    /// <summary>The version at which the table of streams has each stream.</summary>
    public IReadOnlyDictionary<string, long> StreamVersions { get; init; } = new Dictionary<string, long>();

    public IReadOnlyList<StoredDelivery> Deliveries { get; init; } = [];

    public IReadOnlyList<StoredImport> Imports { get; init; } = [];

    /// <summary>In the order of their numbers.</summary>
    public IReadOnlyList<StoredLeaf> Leaves { get; init; } = [];

    /// <summary>The rows of each view, as text in a fixed order, while the service kept them.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Views { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The same after a rebuild from the events.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> RebuiltViews { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}
