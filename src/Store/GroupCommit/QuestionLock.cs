using Domain;
using Marten;
using Npgsql;
using NpgsqlTypes;
using Store.Events;

namespace Store.GroupCommit;

/// <summary>Holds a question as it is until the transaction ends that a session was opened in.</summary>
public static class QuestionLock
{
    /// <summary>Waits for whoever is changing the question, and keeps others from changing it; does nothing where there is none.</summary>
    public static async Task LockQuestionAsync(this IDocumentSession session, string slug, CancellationToken token)
    {
        await using var command = new NpgsqlCommand($"select version from {EventSql.Streams} where id = $1 for share");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = StreamKeys.Question(slug), NpgsqlDbType = NpgsqlDbType.Varchar });
        await using var reader = await session.ExecuteReaderAsync(command, token);
        await reader.ReadAsync(token);
    }
}
