using Marten;
using Store.Following;
using Store.Webhooks;
using Worker.Announcing;

namespace Worker.DeliveringWebhooks;

/// <summary>Looks through what is recorded and enqueues a delivery for each webhook that wants it.</summary>
public sealed class EnqueueDeliveries(
    IDocumentStore store, Deliveries deliveries, Announcer announcer, WebhookOptions options, TimeProvider clock, ILogger<EnqueueDeliveries> logger)
    : BackgroundService
{
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = TimeSpan.FromMilliseconds(options.PollMilliseconds);
            try
            {
                if (await deliveries.EnqueueAsync((from, through) => WantedAsync(from, through, stoppingToken), clock.GetUtcNow(), stoppingToken)) continue;
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

    private async Task<IReadOnlyList<WantedDelivery>> WantedAsync(long from, long through, CancellationToken token)
    {
        await using var session = store.QuerySession();
        var active = await ActiveWebhooks.ReadAsync(session, token);
        if (active.Count == 0) return [];
        var announcements = await announcer.AnnounceAsync(session, await RecordedEvents.BetweenAsync(session, from, through, int.MaxValue, token), token);
        return [.. announcements.SelectMany(a => active.Where(w => w.Wants(a)).Select(w => new WantedDelivery(w.Id, a.Sequence, a.EventId)))];
    }
}
