namespace EndToEnd.Tests.Faults.History;

/// <summary>A webhook's delivery that came in.</summary>
/// <param name="Webhook">The webhook's id, as its registration answered it.</param>
/// <param name="Order">Its place among everything that the receiver got; unique and rising.</param>
/// <param name="At">When it came.</param>
/// <param name="DeliveryId">The header <c>webhook-id</c>.</param>
/// <param name="Body">The whole body.</param>
/// <param name="Status">What the receiver answered; null where it let the connection break.</param>
internal sealed record DeliveryReceived(string Webhook, long Order, DateTimeOffset At, string DeliveryId, string Body, int? Status);
