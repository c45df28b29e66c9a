using Domain.Erasures;
using PostgresServer;
using Store.Erasing;
using Store.Idempotency;

namespace Store.Tests.Erasing;

/// <summary>Erases as the service does, in a transaction of its own.</summary>
internal static class Eraser
{
    public static readonly DateTimeOffset At = new(2026, 6, 1, 8, 0, 0, TimeSpan.Zero);

    public static async Task<TextsErased> EraseAsync(this TestStore test, Guid id, params string[] fields)
    {
        var token = TestContext.Current.CancellationToken;
        await using var transaction = new IdempotentTransaction(test.Source);
        await transaction.BeginAsync(token);
        await using var session = test.Store.OpenSession(transaction.ForSession());
        session.LastModifiedBy = "owner";
        var found = (await StreamTexts.FindAsync(session, id, token))!;
        var chosen = ErasureDecisions.Choose(found.Erasable, fields, "Asked for.", out var refused);
        Assert.Null(refused);
        var (says, _) = await new Store.Erasing.Erasures(session, At).TextsAsync(found, chosen.Select(t => t.Index).ToHashSet(), "Asked for.", token);
        await transaction.CommitUnansweredAsync(token);
        return says;
    }
}
