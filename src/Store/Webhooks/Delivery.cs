namespace Store.Webhooks;

/// <summary>What became of a delivery.</summary>
public enum DeliveryStatus
{
    /// <summary>Waits for its first or its next attempt.</summary>
    Pending,

    /// <summary>The receiver answered with a 2xx.</summary>
    Delivered,

    /// <summary>Given up after the last attempt; it can be replayed.</summary>
    Dead,
}

/// <summary>One attempt to deliver.</summary>
/// <param name="At">When it began.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Status">What the receiver answered; null where it answered nothing.</param>
/// <param name="Error">What went wrong; null where nothing did.</param>
public sealed record DeliveryAttempt(DateTimeOffset At, double Milliseconds, int? Status, string? Error);

/// <summary>An event on its way to a webhook.</summary>
/// <param name="Webhook">The webhook's id.</param>
/// <param name="Number">The delivery's number among those of its webhook: the event's sequence.</param>
/// <param name="EventId">The event's id, which the receiver knows the delivery by.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Attempts">Attempts since it was enqueued or last replayed.</param>
/// <param name="CreatedAt">When it was enqueued, UTC.</param>
/// <param name="DueAt">When it is attempted next, while it is pending.</param>
/// <param name="FinishedAt">When it was delivered or given up.</param>
/// <param name="Log">The latest attempts, oldest first.</param>
public sealed record Delivery(
    string Webhook,
    long Number,
    Guid EventId,
    DeliveryStatus Status,
    int Attempts,
    DateTimeOffset CreatedAt,
    DateTimeOffset DueAt,
    DateTimeOffset? FinishedAt,
    IReadOnlyList<DeliveryAttempt> Log
);
