using System.Text.Json;
using Worker.EventNotifications;

namespace Worker.DeliveringWebhooks;

/// <summary>The body of a delivery, as Standard Webhooks recommends it: the type, the time, and the event as <c>/live</c> sends it.</summary>
/// <param name="Type">The name of the event's type.</param>
/// <param name="Timestamp">When the event was recorded, UTC.</param>
/// <param name="Data">The event.</param>
public sealed record WebhookMessage(string Type, DateTimeOffset Timestamp, EventNotification Data)
{
    /// <summary>The message's id. It is the same at every attempt and replay, so that a receiver can recognize a message that it already has.</summary>
    public static string Id(Guid eventId) => $"evt_{eventId:N}";

    /// <summary>The message of an event, as JSON in UTF-8.</summary>
    public static byte[] Of(EventNotification notification) =>
        JsonSerializer.SerializeToUtf8Bytes(new WebhookMessage(notification.Type, notification.RecordedAt, notification), EventNotificationJson.Options);
}
