using Domain;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Scoring;
using Marten;
using Npgsql;
using Store.Importing;
using Store.Scores;
using Store.Submitting;

namespace Store.Bulk;

/// <summary>A question that waits to be scored.</summary>
/// <param name="Trigger">Why, in the word that the generation will carry.</param>
/// <param name="Import">The import because of which; null where it was none.</param>
public sealed record PendingScoring(string Question, string Trigger, string? Import);

/// <summary>What was read of a question that waits to be scored.</summary>
/// <param name="TriggerEvent">The sequence of the last event of the question itself.</param>
/// <param name="LastEvent">The sequence of the last event of the question and its forecasts.</param>
/// <param name="Latest">Its latest generation; null where there is none.</param>
public sealed record QuestionToScore(
    PendingScoring Pending, Question Question, IReadOnlyList<ForecastTimeline> Forecasts, long TriggerEvent, long LastEvent, GenerationHead? Latest);

/// <summary>The questions that wait to be scored, many at a time.</summary>
public sealed class PendingScorings(NpgsqlDataSource database, IDocumentStore store)
{
    // An expiry is in the step that it ends.
    private static readonly string[] Steps = ["forecast_submitted", "forecast_revised", "forecast_withdrawn"];

    private string Questions => ((IReadOnlyStoreOptions)store.Options).FindOrResolveDocumentType(typeof(Question)).TableName.QualifiedName;

    /// <summary>All of them, in the order in which their outcomes became known.</summary>
    public async Task<IReadOnlyList<PendingScoring>> ListAsync(CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"""
             select p.question, p.trigger, p.import_id
             from {ImportTables.Pending} p left join {Questions} q on q.slug = p.question
             order by (q.data -> 'resolution' ->> 'knownAt')::timestamptz nulls first, p.question
             """);
        await using var reader = await command.ExecuteReaderAsync(token);
        var found = new List<PendingScoring>();
        while (await reader.ReadAsync(token)) found.Add(new PendingScoring(reader.GetString(0), reader.GetString(1), await reader.IsDBNullAsync(2, token) ? null : reader.GetString(2)));
        return found;
    }

    /// <summary>The questions on which others depend.</summary>
    public async Task<HashSet<string>> ConditionsAsync(CancellationToken token)
    {
        await using var command = database.CreateCommand($"select distinct data -> 'condition' ->> 'question' from {Questions} where data -> 'condition' ->> 'question' is not null");
        await using var reader = await command.ExecuteReaderAsync(token);
        var found = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(token)) found.Add(reader.GetString(0));
        return found;
    }

    /// <summary>Reads some of them with every forecast on them. Questions that are gone are left out.</summary>
    /// <remarks>
    /// Forecasts are read from the events by the prefix of their streams, so everything that was committed before is in it. Where the database's
    /// collation does not sort by bytes that prefix is no stretch of the index, and all forecasts are looked through instead.
    /// </remarks>
    public async Task<IReadOnlyList<QuestionToScore>> ReadAsync(IReadOnlyList<PendingScoring> pending, bool sortedByBytes, CancellationToken token)
    {
        await using var session = store.QuerySession();
        var questions = (await session.LoadManyAsync<Question>(token, pending.Select(p => StreamKeys.Question(p.Question)))).ToDictionary(q => q.Slug, StringComparer.Ordinal);
        var slugs = pending.Select(p => p.Question).ToArray();
        await using var connection = await database.OpenConnectionAsync(token);
        var triggers = await TriggersAsync(connection, slugs, token);
        var latest = (await GenerationLog.LatestHeadsAsync(connection, slugs, token)).ToDictionary(g => g.Question, StringComparer.Ordinal);
        var (forecasts, last) = await ForecastsAsync(connection, slugs, sortedByBytes, token);
        return
        [
            .. from p in pending
               let question = questions.GetValueOrDefault(p.Question)
               where question is not null
               let trigger = triggers.GetValueOrDefault(p.Question)
               select new QuestionToScore(
                   p, question, forecasts.GetValueOrDefault(p.Question) ?? [], trigger, Math.Max(trigger, last.GetValueOrDefault(p.Question)), latest.GetValueOrDefault(p.Question)),
        ];
    }

    /// <summary>Appends the generations and takes the questions off the list, in one transaction.</summary>
    /// <param name="scored">The generations, each with what it was made from.</param>
    /// <param name="done">The questions that wait no longer.</param>
    /// <param name="now">The instant of the scoring.</param>
    /// <param name="token">Ends it.</param>
    public async Task WriteAsync(
        IReadOnlyList<(QuestionToScore Question, QuestionScored Generation)> scored, IReadOnlyList<PendingScoring> done, DateTimeOffset now, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        var append = new BulkAppend(store, transaction, new BulkOrigin("worker", null, null, now));
        foreach (var (question, generation) in scored)
        {
            append.Add(
                new StreamHead(StreamKeys.Scoring(generation.Question), typeof(Scorings), question.Latest?.Generation ?? 0),
                generation,
                question.Pending.Import is { } import ? Import.CausationOf(import) : null);
        }

        await append.WriteAsync(token);
        // A trigger that changed meanwhile came after what was read, and calls for another scoring.
        await using var delete = new NpgsqlCommand(
            $"delete from {ImportTables.Pending} p using unnest($1, $2) as u (question, trigger) where p.question = u.question and p.trigger = u.trigger", connection, transaction);
        delete.Parameters.Add(new NpgsqlParameter { Value = done.Select(d => d.Question).ToArray() });
        delete.Parameters.Add(new NpgsqlParameter { Value = done.Select(d => d.Trigger).ToArray() });
        await delete.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
    }

    /// <summary>Whether the database sorts text by its bytes, so that a prefix is a stretch of an index.</summary>
    public async Task<bool> SortsByBytesAsync(CancellationToken token)
    {
        await using var command = database.CreateCommand("select datcollate in ('C', 'POSIX', 'C.UTF-8', 'C.utf8') from pg_database where datname = current_database()");
        return (bool)(await command.ExecuteScalarAsync(token))!;
    }

    private static async Task<Dictionary<string, long>> TriggersAsync(NpgsqlConnection connection, string[] slugs, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"""
             select u.slug, (select e.seq_id from {ForecastStore.Schema}.mt_events e where e.stream_id = 'question/' || u.slug order by e.version desc limit 1)
             from unnest($1) as u (slug)
             """,
            connection);
        command.Parameters.Add(new NpgsqlParameter { Value = slugs });
        await using var reader = await command.ExecuteReaderAsync(token);
        var found = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(token)) found[reader.GetString(0)] = await reader.IsDBNullAsync(1, token) ? 0 : reader.GetInt64(1);
        return found;
    }

    private static async Task<(Dictionary<string, IReadOnlyList<ForecastTimeline>> Forecasts, Dictionary<string, long> Last)> ForecastsAsync(
        NpgsqlConnection connection, string[] slugs, bool sortedByBytes, CancellationToken token)
    {
        // '0' is the character after '/'.
        var sql = sortedByBytes
            ? $"""
               select u.slug, e.stream_id, e.seq_id, e.type, e.data
               from unnest($1) as u (slug)
               join lateral (
                 select * from {ForecastStore.Schema}.mt_events e
                 where e.stream_id >= 'forecast/' || u.slug || '/' and e.stream_id < 'forecast/' || u.slug || '0' and e.type = any($2)
                 order by e.stream_id, e.version) e on true
               """
            : $"""
               select split_part(e.stream_id, '/', 2), e.stream_id, e.seq_id, e.type, e.data
               from {ForecastStore.Schema}.mt_events e
               where e.stream_id like 'forecast/%' and split_part(e.stream_id, '/', 2) = any($1) and e.type = any($2)
               order by e.stream_id, e.version
               """;
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = slugs }, new() { Value = Steps } } };
        await using var reader = await command.ExecuteReaderAsync(token);
        var timelines = new Dictionary<string, List<ForecastTimeline>>(StringComparer.Ordinal);
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        string? stream = null;
        var steps = new List<ForecastStep>();
        while (await reader.ReadAsync(token))
        {
            var (slug, sequence) = (reader.GetString(0), reader.GetInt64(2));
            last[slug] = Math.Max(last.GetValueOrDefault(slug), sequence);
            var step = ForecastEventJson.ReadUtf8(reader.GetString(3), reader.GetFieldValue<byte[]>(4));
            if (reader.GetString(1) is var next && next != stream)
            {
                (stream, steps) = (next, []);
                if (!timelines.TryGetValue(slug, out var ofQuestion)) timelines.Add(slug, ofQuestion = []);
                ofQuestion.Add(step is ForecastRevised first ? new ForecastTimeline(first.Analyst, first.Kind, steps) : new ForecastTimeline(((ForecastWithdrawn)step).Analyst, ((ForecastWithdrawn)step).Kind, steps));
            }

            steps.Add(step switch
            {
                ForecastRevised r => new ForecastStep(r.MadeAt, sequence, r.Statement.ToPrediction(), r.ExpiresAt),
                ForecastWithdrawn w => new ForecastStep(w.MadeAt, sequence, null),
                _ => throw new InvalidOperationException(),
            });
        }

        return (timelines.ToDictionary(t => t.Key, t => (IReadOnlyList<ForecastTimeline>)t.Value, StringComparer.Ordinal), last);
    }
}
