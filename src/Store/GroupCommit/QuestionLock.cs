using Domain;
using Marten;
using Npgsql;
using NpgsqlTypes;
using Store.Events;

namespace Store.GroupCommit;

/// <summary>Locks a question, or a forecast on it, until the end of the session's transaction.</summary>
public static class QuestionLock
{
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

    private static async Task LockAsync(this IDocumentSession session, string stream, string strength, CancellationToken token)
    {
        await using var command = new NpgsqlCommand($"select version from {EventSql.Streams} where id = $1 for {strength}");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream, NpgsqlDbType = NpgsqlDbType.Varchar });
        await using var reader = await session.ExecuteReaderAsync(command, token);
        await reader.ReadAsync(token);
    }
}
