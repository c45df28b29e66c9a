using Domain;
using Marten;
using Npgsql;
using Store.Events;

namespace Store.Scoring;

/// <summary>The questions that have scores, by their scoring streams' keys.</summary>
public static class ScoredQuestions
{
    /// <summary>A condition on scoring streams: those after the one whose key is $1. '0' is the character after '/'.</summary>
    internal const string After = """id collate "C" > $1 and id collate "C" < 'scoring0'""";

    /// <summary>The slugs after <paramref name="after"/>, in the order of their keys.</summary>
    /// <param name="store">The store.</param>
    /// <param name="question">Only this question, if given.</param>
    /// <param name="after">The slug to begin after; empty for the first.</param>
    /// <param name="limit">The most slugs.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<IReadOnlyList<string>> AfterAsync(IDocumentStore store, string? question, string after, int limit, CancellationToken token)
    {
        await using var command = Command("id", """order by id collate "C" limit $3""", question, after);
        command.Parameters.Add(new NpgsqlParameter { Value = limit });
        await using var session = store.QuerySession();
        await using var reader = await session.ExecuteReaderAsync(command, token);
        var found = new List<string>();
        while (await reader.ReadAsync(token))
            found.Add(StreamKeys.SlugOf(reader.GetString(0)));
        return found;
    }

    /// <summary>The number of slugs after <paramref name="after"/>.</summary>
    public static async Task<int> CountAfterAsync(IDocumentStore store, string? question, string after, CancellationToken token)
    {
        await using var command = Command("count(*)::int", "", question, after);
        await using var session = store.QuerySession();
        await using var reader = await session.ExecuteReaderAsync(command, token);
        await reader.ReadAsync(token);
        return reader.GetInt32(0);
    }

    private static NpgsqlCommand Command(string what, string order, string? question, string after) =>
        new($"select {what} from {EventSql.Streams} where {After} and ($2 is null or id = $2) {order}")
        {
            Parameters =
            {
                new() { Value = StreamKeys.Scoring(after) },
                new() { Value = question is null ? DBNull.Value : StreamKeys.Scoring(question), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
            },
        };
}
