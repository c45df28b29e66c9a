using Store.Webhooks;
using Worker.DeliveringWebhooks;

namespace Api.Webhooks;

/// <summary>A delivery of an event to a webhook.</summary>
/// <param name="Number">The delivery's number within its webhook, from 1.</param>
/// <param name="MessageId">The id that is sent with it, the same at every attempt; receivers tell repetitions by it.</param>
/// <param name="EventId">The event that is delivered.</param>
/// <param name="Status">Whether it is pending, delivered or given up.</param>
/// <param name="Attempts">How often it was attempted.</param>
/// <param name="CreatedAt">When the event was taken up for delivery.</param>
/// <param name="NextAttemptAt">When it is attempted next; null where it is not pending.</param>
/// <param name="FinishedAt">When it was delivered or given up; null while it is pending.</param>
/// <param name="Log">Every attempt, the first one first.</param>
public sealed record DeliveryAnswer(
    long Number,
    string MessageId,
    Guid EventId,
    DeliveryStatus Status,
    int Attempts,
    DateTimeOffset CreatedAt,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? FinishedAt,
    IReadOnlyList<DeliveryAttempt> Log
)
{
    public static DeliveryAnswer Of(Delivery d) =>
        new(
            d.Number,
            WebhookMessage.Id(d.EventId),
            d.EventId,
            d.Status,
            d.Attempts,
            d.CreatedAt,
            d.Status == DeliveryStatus.Pending ? d.DueAt : null,
            d.FinishedAt,
            d.Log
        );
}
