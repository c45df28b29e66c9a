using Marten;
using Store.Events;
using Store.Webhooks;
using Worker.EventNotifications;

namespace Worker.DeliveringWebhooks;

/// <summary>Reads the recorded events and enqueues a delivery for each webhook that wants one.</summary>
public sealed class EnqueueDeliveries(
    IDocumentStore store,
    Deliveries deliveries,
    EventNotifier notifier,
    WebhookOptions options,
    TimeProvider clock,
    ILogger<EnqueueDeliveries> logger
)
    : RepeatedWork(
        TimeSpan.FromMilliseconds(Math.Max(1, options.PollMilliseconds)),
        clock,
        logger,
        // Nothing is lost: the progress was not recorded either.
        "Enqueuing webhook deliveries was interrupted; it goes on where it was"
    )
{
    /// <inheritdoc/>
    protected override TimeSpan AfterFailure => TimeSpan.FromSeconds(2);

    /// <summary>How long events may wait to be skipped while there is no active webhook.</summary>
    private static readonly TimeSpan Unwatched = TimeSpan.FromSeconds(2);

    // Without an active webhook, an import's million events are skipped in a few steps and not read a page at a time.
    private int _step = SettledEvents.LongestStepUnread;
    private long? _lookedAt;

    private readonly TimeProvider _clock = clock;

    /// <inheritdoc/>
    protected override bool StartsAtOnce => true;

    /// <inheritdoc/>
    protected override async Task<bool> RunAsync(CancellationToken token) =>
        await IsDueAsync(token) && await deliveries.EnqueueAsync(_step, (from, through) => WantedAsync(from, through, token), _clock.GetUtcNow(), token);

    /// <summary>
    /// Whether to read the events now. A read costs the database as much as is being written at the time, which is much while history is imported.
    /// </summary>
    private async Task<bool> IsDueAsync(CancellationToken token)
    {
        if (_step == SettledEvents.LongestStepUnread && _lookedAt is { } at && _clock.GetElapsedTime(at) < Unwatched)
        {
            await using var session = store.QuerySession();
            if ((await ActiveWebhooks.ReadAsync(session, token)).Count == 0)
                return false;
        }

        _lookedAt = _clock.GetTimestamp();
        return true;
    }

    private async Task<(IReadOnlyList<WantedDelivery> Wanted, long Through)> WantedAsync(long from, long through, CancellationToken token)
    {
        await using var session = store.QuerySession();
        var active = await ActiveWebhooks.ReadAsync(session, token);
        _step = active.Count == 0 ? SettledEvents.LongestStepUnread : SettledEvents.LongestStep;
        if (active.Count == 0)
            return ([], through);
        through = Math.Min(through, from + SettledEvents.LongestStep);
        var notifications = await notifier.NotificationsAsync(session, await RecordedEvents.BetweenAsync(session, from, through, int.MaxValue, token), token);
        return ([.. notifications.SelectMany(a => active.Where(w => w.Wants(a)).Select(w => new WantedDelivery(w.Id, a.Sequence, a.EventId)))], through);
    }
}
