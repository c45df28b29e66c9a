using Domain;
using Marten;
using Npgsql;
using NpgsqlTypes;
using Store.Events;

namespace Store.GroupCommit;

/// <summary>Locks a question, a forecast on it, or an analyst, until the end of the session's transaction.</summary>
/// <remarks>
/// What a decision takes from another question than its own is locked before it is read, so that it still holds at the commit. The order keeps transactions
/// from waiting for each other: first <see cref="LockConditionsAsync"/>, then the question that is changed, then those that are to stay as they are.
/// </remarks>
public static class QuestionLock
{
    private const long ConditionsKey = 0x636F6E646974;

    /// <summary>
    /// Waits until no other transaction gives an existing question a condition, then prevents others from doing so: of two conditions that would lead to each
    /// other, the later sees the earlier.
    /// </summary>
    public static async Task LockConditionsAsync(this IDocumentSession session, CancellationToken token)
    {
        await using var command = new NpgsqlCommand($"select pg_advisory_xact_lock({ConditionsKey})");
        await using var reader = await session.ExecuteReaderAsync(command, token);
        await reader.ReadAsync(token);
    }

    /// <summary>
    /// Waits until no other transaction changes the question or holds it by <see cref="LockQuestionAsync"/>, then prevents others from both: whoever has come
    /// to depend on it is seen. Does nothing if there is no such question.
    /// </summary>
    public static Task LockQuestionForChangeAsync(this IDocumentSession session, string slug, CancellationToken token) =>
        session.LockAsync(StreamKeys.Question(slug), "no key update", token);

    /// <summary>
    /// Waits until no other transaction changes the question, then prevents others from changing it. Does nothing if there is no such question.
    /// </summary>
    public static Task LockQuestionAsync(this IDocumentSession session, string slug, CancellationToken token) =>
        session.LockAsync(StreamKeys.Question(slug), "share", token);

    /// <summary>
    /// Waits until no other transaction appends to a forecast, then keeps others from it: of two that decide at once, the later sees what the earlier
    /// recorded. Does nothing if there is no such forecast. Lock the question first, as every writer of forecasts does.
    /// </summary>
    public static Task LockForecastAsync(this IDocumentSession session, string key, CancellationToken token) => session.LockAsync(key, "no key update", token);

    /// <summary>
    /// Waits until no import holds the analyst under whose name it records, then lets others wait, which see what this transaction did. Does nothing if there
    /// is no such analyst.
    /// </summary>
    public static Task LockAnalystAsync(this IDocumentSession session, string key, CancellationToken token) => session.LockAsync(key, "no key update", token);

    private static async Task LockAsync(this IDocumentSession session, string stream, string strength, CancellationToken token)
    {
        await using var command = new NpgsqlCommand($"select version from {EventSql.Streams} where id = $1 for {strength}");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream, NpgsqlDbType = NpgsqlDbType.Varchar });
        await using var reader = await session.ExecuteReaderAsync(command, token);
        await reader.ReadAsync(token);
    }
}
