using Domain;
using Domain.People;
using Domain.Questions;
using Marten;
using Store.Webhooks;
using Worker.EventNotifications;

namespace Worker.DeliveringWebhooks;

/// <summary>Reads the active webhooks.</summary>
public static class ActiveWebhooks
{
    /// <summary>The webhooks that are enabled and whose owner still has a role. An owner who may read nothing receives nothing.</summary>
    public static async Task<IReadOnlyList<Webhook>> ReadAsync(IQuerySession session, CancellationToken token)
    {
        var active = await session.Query<Webhook>().Where(w => w.Status == WebhookStatus.Active).ToListAsync(token);
        if (active.Count == 0)
            return [];
        var owners = await session.LoadManyAsync<Analyst>(token, [.. active.Select(w => StreamKeys.Analyst(w.Owner)).Distinct()]);
        var readers = owners.Where(o => o.Roles.Count > 0).Select(o => o.Slug).ToHashSet();
        return [.. active.Where(w => readers.Contains(w.Owner))];
    }

    /// <summary>Whether a webhook wants an event.</summary>
    /// <remarks>
    /// What came before it goes by the order of the store. Two processes' clocks may differ, and a webhook would miss what a slow one stamps; they are asked
    /// only for a webhook that was registered before that order was kept.
    /// </remarks>
    public static bool Wants(this Webhook webhook, EventNotification notification) =>
        (webhook.After is { } after ? notification.Sequence > after : notification.RecordedAt >= webhook.CreatedAt)
        && new EventNotificationFilter(
            webhook.Events,
            [.. webhook.Questions.Select(q => new QuestionSlug(q))],
            [.. webhook.Analysts.Select(a => new ForecasterName(a))],
            webhook.Tags
        ).Wants(notification);
}
