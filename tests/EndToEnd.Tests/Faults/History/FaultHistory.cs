namespace EndToEnd.Tests.Faults.History;

/// <summary>Everything that the clients of a run asked for and were told.</summary>
internal sealed record FaultHistory
{
    /// <summary>The seed of the run.</summary>
    public required int Seed { get; init; }

    /// <summary>In the order of their ids.</summary>
    public required IReadOnlyList<ClientOperation> Operations { get; init; }

    /// <summary>In the order of arrival.</summary>
    public IReadOnlyList<DeliveryReceived> Deliveries { get; init; } = [];

    /// <summary>In the order of arrival.</summary>
    public IReadOnlyList<LiveEventReceived> LiveEvents { get; init; } = [];

    public IReadOnlyList<LiveReading> LiveReadings { get; init; } = [];

    public IReadOnlyList<ImportedFile> Imports { get; init; } = [];

    /// <summary>In the order of arrival.</summary>
    public IReadOnlyList<CheckpointTold> Checkpoints { get; init; } = [];
}
