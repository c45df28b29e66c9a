using Worker.EventNotifications;

namespace Api.Live;

/// <summary>An notification with its server-sent event, written once for all readers.</summary>
/// <param name="Notification">What happened.</param>
/// <param name="Frame">The event as it is sent.</param>
/// <param name="PublicFrame">The same for who is not shown why a forecast was made.</param>
public sealed record LiveEvent(EventNotification Notification, ReadOnlyMemory<byte> Frame, ReadOnlyMemory<byte> PublicFrame);

/// <summary>What one look brought. Readers walk from batch to batch, each at its own pace; none has a queue of its own.</summary>
public sealed class LiveBatch(long after, long through, IReadOnlyList<LiveEvent> events, IReadOnlySet<string> peopleChanged)
{
    private readonly TaskCompletionSource<LiveBatch> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IReadOnlyList<LiveEvent>? _events = events;

    /// <summary>The batch holds every event with a sequence above this one,</summary>
    public long After { get; } = after;

    /// <summary>up to this one.</summary>
    public long Through { get; } = through;

    /// <summary>The events in order; null once the batch is too far back to be kept.</summary>
    public IReadOnlyList<LiveEvent>? Events => _events;

    /// <summary>Whose rights or tokens changed meanwhile.</summary>
    public IReadOnlySet<string> PeopleChanged { get; } = peopleChanged;

    /// <summary>Whether texts were erased meanwhile, which earlier batches may still hold.</summary>
    public bool Erases { get; init; }

    /// <summary>The batch after this one, once there is one.</summary>
    public Task<LiveBatch> Next => _next.Task;

    public long Bytes { get; } = events.Sum(e => (long)e.Frame.Length + (e.PublicFrame.Equals(e.Frame) ? 0 : e.PublicFrame.Length));

    public int Count { get; } = events.Count;

    public void Continue(LiveBatch next) => _next.SetResult(next);

    public void Forget() => _events = null;
}
