using System.Text.Json;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Checking.Rules;

/// <summary>
/// Every announced event that a webhook wants is delivered to it at least once, always under the same id, and what is kept as delivered was taken. The order
/// of arrival is not held against the order of events: workers deliver side by side, and what failed is tried again behind what came later.
/// </summary>
internal static class WebhookDeliveries
{
    public static IEnumerable<Finding> Check(FaultHistory history, StoreContents store, Attribution attribution)
    {
        var byId = store.Events.ToDictionary(e => DeliveryId(e.Id), StringComparer.Ordinal);
        var taken = history.Deliveries.Where(d => d.Status is >= 200 and < 300).Select(d => (d.Webhook, d.DeliveryId)).ToHashSet();
        foreach (var delivery in history.Deliveries)
        {
            using var body = JsonDocument.Parse(delivery.Body);
            var data = body.RootElement.GetProperty("data");
            if (!byId.TryGetValue(delivery.DeliveryId, out var stored))
                yield return new Finding(nameof(WebhookDeliveries), $"The delivery {delivery.DeliveryId} is of no event.");
            else if (data.GetProperty("sequence").GetInt64() != stored.Sequence || data.GetProperty("type").GetString() != Announcements.NameOf(stored))
                yield return new Finding(
                    nameof(WebhookDeliveries),
                    $"The delivery {delivery.DeliveryId} does not say what the event says.",
                    null,
                    stored.Sequence
                );
        }

        foreach (var kept in store.Deliveries.Where(d => d.Status == "delivered" && !taken.Contains((d.Webhook, DeliveryId(d.EventId)))))
            yield return new Finding(
                nameof(WebhookDeliveries),
                $"Event {kept.Number} is kept as delivered to {kept.Webhook}, which never took it.",
                null,
                kept.Number
            );
        foreach (
            var registration in history.Operations.Where(o =>
                o is { Kind: OperationKind.RegisterWebhook, IsAcknowledged: true, IsReplayed: false, AnswerBody: not null }
            )
        )
        {
            if (FirstAfter(registration, history, attribution) is not { } from)
                continue;
            using var answer = JsonDocument.Parse(registration.AnswerBody!);
            var webhook = answer.RootElement.GetProperty("id").GetString()!;
            var types = WantedTypes(registration);
            var wanted = store.Events.Where(e => e.Sequence >= from && Announcements.Includes(e));
            foreach (var stored in wanted.Where(e => types.Count == 0 || types.Contains(Announcements.NameOf(e))))
            {
                if (!taken.Contains((webhook, DeliveryId(stored.Id))))
                    yield return new Finding(
                        nameof(WebhookDeliveries),
                        $"{stored.Type} of {stored.Stream} was never delivered to {webhook}.",
                        registration.Id,
                        stored.Sequence
                    );
            }
        }
    }

    private static string DeliveryId(Guid id) => $"evt_{id:N}";

    /// <summary>The first event that was asked for when the webhook was there: everything from it on is wanted.</summary>
    private static long? FirstAfter(ClientOperation registration, FaultHistory history, Attribution attribution) =>
        attribution
            .Effects.SelectMany(e => e.Events)
            .Where(e => attribution.OperationOf(e) is { } o && o.AskedAt > registration.AnsweredAt)
            .Select(e => (long?)e.Sequence)
            .Min();

    private static HashSet<string> WantedTypes(ClientOperation registration)
    {
        using var body = JsonDocument.Parse(registration.Body!);
        return body.RootElement.TryGetProperty("events", out var events) && events.ValueKind == JsonValueKind.Array
            ? [.. events.EnumerateArray().Select(e => e.GetString()!)]
            : [];
    }
}
