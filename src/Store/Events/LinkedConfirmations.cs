using Domain;
using Domain.People;
using Npgsql;
using NpgsqlTypes;

namespace Store.Events;

/// <summary>A confirmation by a person whose token is linked to the proposer's.</summary>
/// <param name="EventId">The event by which the outcome came to stand, was corrected, annulled or taken back.</param>
/// <param name="Question">The question's slug.</param>
/// <param name="At">The instant of the confirmation.</param>
/// <param name="Because">What links the two, as a sentence.</param>
public sealed record LinkedConfirmation(Guid EventId, string Question, DateTimeOffset At, string Because);

/// <summary>Finds confirmations that one person may have made under two names (<see cref="TokenLinks"/>).</summary>
public static class LinkedConfirmations
{
    // Outcomes that the worker records because a condition failed, and imported outcomes, have no confirmation here.
    private const string Confirmations = $"""
        select id, stream_id, timestamp, data ->> 'proposedBy', user_name from {ForecastStore.Schema}.mt_events
        where type in ('question_resolved', 'resolution_corrected', 'question_annulled', 'resolution_taken_back')
            and type not in ('forecast_submitted', 'forecast_revised') and ($1::varchar is null or stream_id = $1)
            and user_name = coalesce(data ->> 'confirmedBy', data ->> 'takenBackBy') and data ->> 'proposedBy' is not null
            and data ->> 'imported' is distinct from 'true'
        order by seq_id
        """;

    private const string Issues = $"""
        select stream_id, user_name, timestamp from {ForecastStore.Schema}.mt_events
        where type = 'token_issued' and type not in ('forecast_submitted', 'forecast_revised') and user_name is not null
            and ($1::varchar[] is null or stream_id = any($1))
        """;

    /// <summary>The linked confirmations of one question, or of all, in the order of recording.</summary>
    /// <param name="database">An open connection to the database.</param>
    /// <param name="question">The question's slug; null for all questions.</param>
    /// <param name="token">Ends the search.</param>
    public static async Task<IReadOnlyList<LinkedConfirmation>> FindAsync(NpgsqlConnection database, string? question, CancellationToken token)
    {
        var confirmations = new List<(Guid Id, string Question, DateTimeOffset At, string Proposer, string Confirmer)>();
        await using (var command = new NpgsqlCommand(Confirmations, database))
        {
            command.Parameters.Add(Text(question is null ? null : StreamKeys.Question(question)));
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token))
            {
                var slug = StreamKeys.SlugOf(reader.GetString(1));
                confirmations.Add((reader.GetGuid(0), slug, At(reader, 2), reader.GetString(3), reader.GetString(4)));
            }
        }

        if (confirmations.Count == 0)
            return [];
        string[]? people = question is null
            ? null
            : [.. confirmations.SelectMany(c => new[] { c.Proposer, c.Confirmer }).Distinct().Select(StreamKeys.Analyst)];
        var issues = await IssuesAsync(database, people, token);
        var found = new List<LinkedConfirmation>();
        foreach (var c in confirmations)
        {
            if (TokenLinks.Find(c.Proposer, c.Confirmer, c.At, issues[c.Proposer].Concat(issues[c.Confirmer])) is { } because)
                found.Add(new LinkedConfirmation(c.Id, c.Question, c.At, because));
        }

        return found;
    }

    private static async Task<ILookup<string, TokenIssue>> IssuesAsync(NpgsqlConnection database, string[]? people, CancellationToken token)
    {
        var issues = new List<TokenIssue>();
        await using var command = new NpgsqlCommand(Issues, database);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)people ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar });
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
            issues.Add(new TokenIssue(StreamKeys.SlugOf(reader.GetString(0)), reader.GetString(1), At(reader, 2)));
        return issues.ToLookup(i => i.Owner, StringComparer.Ordinal);
    }

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Varchar };

    private static DateTimeOffset At(NpgsqlDataReader reader, int column) => reader.GetFieldValue<DateTimeOffset>(column);
}
