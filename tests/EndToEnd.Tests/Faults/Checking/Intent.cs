using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Checking;

/// <summary>What a client wanted once: one request, or all requests with the same key that repeat it.</summary>
/// <param name="Attempts">The requests, in the order in which they were asked.</param>
internal sealed record Intent(IReadOnlyList<ClientOperation> Attempts)
{
    public ClientOperation First => Attempts[0];

    /// <summary>Whether the client was told that it is done.</summary>
    public bool IsAcknowledged => Attempts.Any(a => a.IsAcknowledged);

    /// <summary>Whether every attempt was answered with a refusal.</summary>
    public bool IsRefused => Attempts.All(a => a.IsRefused);

    /// <summary>When the client was first told that it is done; null where it was not.</summary>
    public DateTimeOffset? AcknowledgedAt => Attempts.Where(a => a.IsAcknowledged).Min(a => a.AnsweredAt);

    /// <summary>The writes of a history.</summary>
    public static IReadOnlyList<Intent> Of(FaultHistory history) =>
        [
            .. history
                .Operations.Where(o => o.IsWrite)
                .GroupBy(o => o.IdempotencyKey is null ? (object)o.Id : (o.Caller, o.Method, o.Path, o.IdempotencyKey, o.Body))
                .Select(g => new Intent([.. g.OrderBy(o => o.Id)]))
                .OrderBy(i => i.First.Id),
        ];
}
