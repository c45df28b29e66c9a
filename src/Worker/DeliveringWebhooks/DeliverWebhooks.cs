using System.Collections.Concurrent;
using Marten;
using Store.Events;
using Store.Webhooks;
using Worker.EventNotifications;

namespace Worker.DeliveringWebhooks;

/// <summary>Delivers what is enqueued: to several receivers at the same time, and to each of them one message after the other.</summary>
/// <remarks>
/// Delivery is at least once. If the process died before it recorded an attempt, the attempt is repeated with the same id when its lease ends. Messages follow
/// the order of the events, except that a failed message waits for its next attempt while later ones are sent.
/// </remarks>
public sealed class DeliverWebhooks(
    IDocumentStore store,
    Deliveries deliveries,
    EventNotifier notifier,
    WebhookSender sender,
    WebhookOptions options,
    TimeProvider clock,
    ILogger<DeliverWebhooks> logger
) : RepeatedWork(TimeSpan.FromMilliseconds(Math.Max(1, options.PollMilliseconds)), clock, logger, "Looking for webhook deliveries failed; it is tried again")
{
    private const int AtATime = 20;

    private static readonly TimeSpan BetweenCleanings = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Task> _busy = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _parallel = new(options.Parallel);
    private DateTimeOffset _cleanedAt;

    private readonly TimeProvider _clock = clock;
    private readonly WebhookOptions _options = options;
    private readonly ILogger _logger = logger;

    /// <inheritdoc/>
    protected override bool StartsAtOnce => true;

    /// <inheritdoc/>
    protected override async Task<bool> RunAsync(CancellationToken token)
    {
        await LookAsync(token);
        return false;
    }

    /// <inheritdoc/>
    protected override Task EndAsync() => Task.WhenAll(_busy.Values);

    private async Task LookAsync(CancellationToken token)
    {
        var now = _clock.GetUtcNow();
        if (now - _cleanedAt > BetweenCleanings)
        {
            await deliveries.ForgetAsync(now - TimeSpan.FromDays(_options.KeepDays), token);
            _cleanedAt = now;
        }

        IReadOnlyList<Webhook> active;
        await using (var session = store.QuerySession())
            active = await ActiveWebhooks.ReadAsync(session, token);
        var idle = active.Where(w => !_busy.ContainsKey(w.Id)).ToDictionary(w => w.Id);
        if (idle.Count == 0)
            return;
        foreach (var id in await deliveries.DueAsync(idle.Keys, now, token))
            _busy[id] = Task.Run(() => DeliverAsync(idle[id], token), CancellationToken.None);
    }

    private async Task DeliverAsync(Webhook webhook, CancellationToken token)
    {
        try
        {
            await _parallel.WaitAsync(token);
            try
            {
                var now = _clock.GetUtcNow();
                var leased = await deliveries.LeaseAsync(webhook.Id, AtATime, now, now.AddSeconds(_options.LeaseSeconds), token);
                var done = await DeliverAsync(webhook, leased, token);
                if (done < leased.Count)
                    await deliveries.ReleaseAsync(webhook.Id, leased.Skip(done).Select(d => d.Number), CancellationToken.None);
            }
            finally
            {
                _parallel.Release();
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // Leased deliveries are taken again when their lease ends.
        }
        catch (Exception e)
        {
            _logger.LogError(e, "Delivering to webhook {Webhook} was interrupted; what it held is taken up again", webhook.Id);
        }
        finally
        {
            _busy.TryRemove(webhook.Id, out _);
        }
    }

    /// <summary>Attempts the deliveries one after the other, until one fails or the lease leaves no time for another.</summary>
    /// <returns>The number of attempts.</returns>
    private async Task<int> DeliverAsync(Webhook webhook, IReadOnlyList<LeasedDelivery> leased, CancellationToken token)
    {
        for (var i = 0; i < leased.Count; i++)
        {
            if (token.IsCancellationRequested || (i > 0 && _clock.GetUtcNow().AddSeconds(_options.TimeoutSeconds) >= leased[i].LeasedUntil))
                return i;
            // A receiver that has just failed does not get every other waiting message at once.
            if (!await AttemptAsync(webhook, leased[i], token))
                return i + 1;
        }

        return leased.Count;
    }

    private async Task<bool> AttemptAsync(Webhook webhook, LeasedDelivery delivery, CancellationToken token)
    {
        await using var session = store.QuerySession();
        var recorded = await RecordedEvents.BetweenAsync(session, delivery.Number - 1, delivery.Number, 1, token);
        var notification = (await notifier.NotificationsAsync(session, recorded, token)).Single();
        var result = await sender.SendAsync(webhook, WebhookMessage.Id(delivery.EventId), WebhookMessage.Of(notification), token);
        var failed = delivery.Attempts + 1;
        var status =
            result.Succeeded ? DeliveryStatus.Delivered
            : result.Gone || failed >= _options.Attempts ? DeliveryStatus.Dead
            : DeliveryStatus.Pending;
        Instrumentation.WebhookAttempts.Add(1, new KeyValuePair<string, object?>("status", status.ToString().ToLowerInvariant()));
        var now = _clock.GetUtcNow();
        var failingSince = await deliveries.NoteAsync(delivery, result.Attempt, status, now + Wait(failed, result.RetryAfter), CancellationToken.None);
        if (result.Gone)
            await DisableAsync(webhook, "The receiver answered 410: nobody listens there any more.", now);
        else if (failingSince is { } since && now - since >= TimeSpan.FromHours(_options.DisableAfterHours))
        {
            await DisableAsync(
                webhook,
                FormattableString.Invariant($"Every attempt since {since:yyyy-MM-dd HH:mm} UTC failed; the last one: {result.Attempt.Error}"),
                now
            );
        }

        return result.Succeeded;
    }

    private TimeSpan Wait(int failed, TimeSpan? asked)
    {
        var own = _options.Wait(failed, Random.Shared.NextDouble());
        return asked is { } wanted && wanted > own ? TimeSpan.FromSeconds(Math.Min(wanted.TotalSeconds, _options.LongestRetrySeconds)) : own;
    }

    private async Task DisableAsync(Webhook webhook, string reason, DateTimeOffset now)
    {
        await using var session = store.LightweightSession();
        if (await session.LoadAsync<Webhook>(webhook.Id) is not { Status: WebhookStatus.Active } current)
            return;
        // An update, not a store: a webhook that was removed meanwhile stays removed.
        session.Update(current with { Status = WebhookStatus.Disabled, DisabledReason = reason, DisabledAt = now });
        await session.SaveChangesAsync();
        _logger.LogWarning("Webhook {Webhook} of {Owner} is disabled: {Reason}", webhook.Id, webhook.Owner, reason);
    }
}
