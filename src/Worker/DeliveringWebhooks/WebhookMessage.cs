using System.Text.Json;
using Worker.EventNotifications;

namespace Worker.DeliveringWebhooks;

/// <summary>The body of a delivery, as Standard Webhooks recommends it: what, when, and the event as /live tells it.</summary>
public sealed record WebhookMessage(string Type, DateTimeOffset Timestamp, EventNotification Data)
{
    /// <summary>The message's id: the same at every attempt and at every replay, so that a receiver can tell what it has had.</summary>
    public static string Id(Guid eventId) => $"evt_{eventId:N}";

    public static byte[] Of(EventNotification notification) =>
        JsonSerializer.SerializeToUtf8Bytes(new WebhookMessage(notification.Type, notification.RecordedAt, notification), EventNotificationJson.Options);
}
