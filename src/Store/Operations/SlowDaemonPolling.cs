using Marten;

namespace Store.Operations;

/// <summary>
/// Has the daemon look for new events only twice a second while many events are written. Each look reads all events that are written and not yet committed,
/// and those are thousands at such a time. Longer stretches of new events also cost less per event. Disposing of it restores the usual interval.
/// </summary>
public sealed class SlowDaemonPolling : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly StoreOptions _options;
    private readonly (TimeSpan Fast, TimeSpan Slow) _before;

    /// <param name="store">The store whose daemon, where it runs in this process, takes its time.</param>
    public SlowDaemonPolling(IDocumentStore store)
    {
        _options = ((DocumentStore)store).Options;
        _before = (_options.Projections.FastPollingTime, _options.Projections.SlowPollingTime);
        (_options.Projections.FastPollingTime, _options.Projections.SlowPollingTime) = (Pause, Pause);
    }

    /// <summary>Has the daemon look as often as before.</summary>
    public void Dispose() => (_options.Projections.FastPollingTime, _options.Projections.SlowPollingTime) = _before;
}
