using Marten;

namespace Store.Operations;

/// <summary>
/// Makes the daemon look for new events only twice a second while many events are written. Each look reads all uncommitted events, which are thousands at such
/// a time. Larger pages of new events also cost less per event. Disposing this object restores the usual interval.
/// </summary>
public sealed class SlowDaemonPolling : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly StoreOptions _options;
    private readonly (TimeSpan Fast, TimeSpan Slow) _before;

    /// <param name="store">The store whose daemon slows down, if it runs in this process.</param>
    public SlowDaemonPolling(IDocumentStore store)
    {
        _options = ((DocumentStore)store).Options;
        _before = (_options.Projections.FastPollingTime, _options.Projections.SlowPollingTime);
        (_options.Projections.FastPollingTime, _options.Projections.SlowPollingTime) = (Pause, Pause);
    }

    /// <summary>Restores the daemon's interval.</summary>
    public void Dispose() => (_options.Projections.FastPollingTime, _options.Projections.SlowPollingTime) = _before;
}
