using System.Collections.Concurrent;

namespace EndToEnd.Tests.Faults.History;

/// <summary>Takes down what many clients are told at once.</summary>
internal sealed class HistoryRecorder(int seed)
{
    private readonly ConcurrentDictionary<long, ClientOperation> _operations = [];
    private readonly ConcurrentQueue<DeliveryReceived> _deliveries = [];
    private readonly ConcurrentQueue<LiveEventReceived> _liveEvents = [];
    private readonly ConcurrentDictionary<int, LiveReading> _liveReadings = [];
    private readonly ConcurrentDictionary<long, ImportedFile> _imports = [];
    private readonly ConcurrentQueue<CheckpointTold> _checkpoints = [];
    private long _lastId;
    private long _lastDelivery;

    /// <summary>How many operations were acknowledged so far, and not reads.</summary>
    public int AcknowledgedWrites => _operations.Values.Count(o => o is { IsWrite: true, IsAcknowledged: true });

    /// <summary>An id for an operation.</summary>
    public long NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>The place of a delivery in the order of arrival.</summary>
    public long NextDelivery() => Interlocked.Increment(ref _lastDelivery);

    /// <summary>Takes an operation down: once before it is sent, and again with what it was answered.</summary>
    public void Keep(ClientOperation operation) => _operations[operation.Id] = operation;

    public void Keep(DeliveryReceived delivery) => _deliveries.Enqueue(delivery);

    public void Keep(LiveEventReceived received) => _liveEvents.Enqueue(received);

    /// <summary>Takes down from where to where a reader has read; the last one counts.</summary>
    public void Keep(LiveReading reading) => _liveReadings[reading.Reader] = reading;

    /// <summary>Takes a file down: once when it is sent, and again with its end.</summary>
    public void Keep(ImportedFile file) => _imports[file.Operation] = file;

    public void Keep(CheckpointTold checkpoint) => _checkpoints.Enqueue(checkpoint);

    /// <summary>What was taken down so far.</summary>
    public FaultHistory ToHistory() =>
        new()
        {
            Seed = seed,
            Operations = [.. _operations.Values.OrderBy(o => o.Id)],
            Deliveries = [.. _deliveries.OrderBy(d => d.Order)],
            LiveEvents = [.. _liveEvents.OrderBy(e => e.Reader).ThenBy(e => e.Order)],
            LiveReadings = [.. _liveReadings.Values.OrderBy(r => r.Reader)],
            Imports = [.. _imports.Values.OrderBy(i => i.Operation)],
            Checkpoints = [.. _checkpoints.OrderBy(c => c.Order)],
        };
}
