using Marten;
using Store.Events;
using Store.Webhooks;
using Worker.EventNotifications;

namespace Worker.DeliveringWebhooks;

/// <summary>Looks through what is recorded and enqueues a delivery for each webhook that wants it.</summary>
public sealed class EnqueueDeliveries(
    IDocumentStore store,
    Deliveries deliveries,
    EventNotifier notifier,
    WebhookOptions options,
    TimeProvider clock,
    ILogger<EnqueueDeliveries> logger
) : BackgroundService
{
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(2);

    /// <summary>How long events may wait to be passed over while nobody is to be told of any.</summary>
    private static readonly TimeSpan Unwatched = TimeSpan.FromSeconds(2);

    // While nobody is to be told, an import's million events are passed over in a few steps, not read a page at a time.
    private int _step = SettledEvents.LongestStepUnread;
    private long? _lookedAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = TimeSpan.FromMilliseconds(options.PollMilliseconds);
            try
            {
                if (
                    await IsDueAsync(stoppingToken)
                    && await deliveries.EnqueueAsync(_step, (from, through) => WantedAsync(from, through, stoppingToken), clock.GetUtcNow(), stoppingToken)
                )
                    continue;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Nothing is lost: how far the look went was not noted either.
                logger.LogError(e, "Enqueuing webhook deliveries was interrupted; it goes on where it was");
                pause = AfterFault;
            }

            await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Whether to look through the events now. It costs the database what is being written just then, which is much while history is imported.</summary>
    private async Task<bool> IsDueAsync(CancellationToken token)
    {
        if (_step == SettledEvents.LongestStepUnread && _lookedAt is { } at && clock.GetElapsedTime(at) < Unwatched)
        {
            await using var session = store.QuerySession();
            if ((await ActiveWebhooks.ReadAsync(session, token)).Count == 0)
                return false;
        }

        _lookedAt = clock.GetTimestamp();
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
