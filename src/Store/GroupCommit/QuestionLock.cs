using Domain;
using Marten;
using Npgsql;
using NpgsqlTypes;
using Store.Events;

namespace Store.GroupCommit;

/// <summary>Locks a question until the end of the session's transaction.</summary>
public static class QuestionLock
{
    /// <summary>
    /// Waits until no other transaction changes the question, then prevents others from changing it. Does nothing if there is no such question.
    /// </summary>
    public static async Task LockQuestionAsync(this IDocumentSession session, string slug, CancellationToken token)
    {
        await using var command = new NpgsqlCommand($"select version from {EventSql.Streams} where id = $1 for share");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = StreamKeys.Question(slug), NpgsqlDbType = NpgsqlDbType.Varchar });
        await using var reader = await session.ExecuteReaderAsync(command, token);
        await reader.ReadAsync(token);
    }
}
