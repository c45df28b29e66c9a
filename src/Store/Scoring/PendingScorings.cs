using Domain;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring.Generations;
using Marten;
using Npgsql;
using Store.Appending;
using Store.Events;
using Store.Views;

namespace Store.Scoring;

/// <summary>A question that waits to be scored.</summary>
/// <param name="Question">The question's slug.</param>
/// <param name="Trigger">Why it waits. A generation that no new claim causes carries this trigger.</param>
/// <param name="Import">The import because of which; null where it was none.</param>
/// <param name="Asked">How often the scoring was requested. A question that is requested again during its scoring stays on the list.</param>
public sealed record PendingScoring(string Question, GenerationTrigger Trigger, string? Import, int Asked);

/// <summary>One generation to make: of a claim that has none yet, or again of the last claim.</summary>
/// <param name="Question">The question's slug.</param>
/// <param name="Claim">The outcome to score against.</param>
/// <param name="Trigger">Why.</param>
/// <param name="IsNew">
/// Whether the claim has no generation yet. If so, one is made in any case; otherwise only if the scores differ from the latest generation.
/// </param>
/// <param name="OutcomesAsOf">The instant up to which it includes outcomes, in the order in which they became known.</param>
/// <param name="Import">The import because of which; null where it was none.</param>
/// <param name="Ends">The entry that leaves the list when this is done; null if more has to be done for it.</param>
public sealed record ScoringTask(
    string Question,
    OutcomeClaim Claim,
    GenerationTrigger Trigger,
    bool IsNew,
    DateTimeOffset OutcomesAsOf,
    string? Import,
    PendingScoring? Ends
);

/// <summary>The data of a question that is about to be scored.</summary>
/// <param name="Question">The question as it is.</param>
/// <param name="Forecasts">Everybody's forecasts on it.</param>
/// <param name="LastEvent">The sequence of the last event of the question and its forecasts.</param>
/// <param name="Latest">Its latest generation; null where there is none.</param>
public sealed record QuestionToScore(Question Question, IReadOnlyList<ForecastTimeline> Forecasts, long LastEvent, QuestionScored? Latest);

/// <summary>The questions that wait to be scored, many at a time.</summary>
public sealed class PendingScorings(NpgsqlDataSource database, IDocumentStore store)
{
    private static readonly string[] Steps = [.. EventGroups.Steps.Select(EventNames.Of)];

    private IReadOnlyStoreOptions Options => (IReadOnlyStoreOptions)store.Options;

    private string Questions => Options.FindOrResolveDocumentType(typeof(Question)).TableName.QualifiedName;

    /// <summary>
    /// The scorings for all waiting questions, in the order in which outcomes became known (for one question, in the order of its log), and the waiting
    /// questions that need none.
    /// </summary>
    public async Task<(IReadOnlyList<ScoringTask> Tasks, IReadOnlyList<PendingScoring> Idle)> TasksAsync(CancellationToken token)
    {
        var pending = new List<PendingScoring>();
        await using var connection = await database.OpenConnectionAsync(token);
        await using (var command = new NpgsqlCommand($"select question, trigger, import_id, asked from {ScoringTables.Pending}", connection))
        {
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token))
            {
                pending.Add(
                    new PendingScoring(
                        reader.GetString(0),
                        GenerationTriggers.OfWord(reader.GetString(1)),
                        await reader.IsDBNullAsync(2, token) ? null : reader.GetString(2),
                        reader.GetInt32(3)
                    )
                );
            }
        }

        if (pending.Count == 0)
            return ([], []);
        var slugs = pending.Select(p => p.Question).ToArray();
        var claims = await OutcomeClaims.OfAsync(connection, slugs, token);
        var latest = (await GenerationLog.LatestHeadsAsync(connection, slugs, token)).ToDictionary(g => g.Question, StringComparer.Ordinal);
        var (tasks, idle) = (new List<ScoringTask>(pending.Count), new List<PendingScoring>());
        foreach (var p in pending)
        {
            var before = tasks.Count;
            foreach (var claim in Unscored(claims.GetValueOrDefault(p.Question) ?? [], latest.GetValueOrDefault(p.Question)))
            {
                tasks.Add(new ScoringTask(p.Question, claim, claim.Trigger, IsNew: true, claim.At, p.Import, Ends: null));
            }

            if (tasks.Count == before && claims.TryGetValue(p.Question, out var all) && all[^1] is { Settles: true } last)
            {
                var asOf = latest[p.Question].OutcomesAsOf is { } reached && reached > last.At ? reached : last.At;
                tasks.Add(new ScoringTask(p.Question, last, p.Trigger, IsNew: false, asOf, p.Import, Ends: null));
            }

            if (tasks.Count == before)
                idle.Add(p);
            else
                tasks[^1] = tasks[^1] with { Ends = p };
        }

        tasks.Sort(InOrder);
        return (tasks, idle);
    }

    /// <summary>
    /// A scoring for each claim about the questions that has no generation yet, whether they wait or not, in the order in which outcomes became known.
    /// </summary>
    public async Task<IReadOnlyList<ScoringTask>> UnscoredAsync(IReadOnlyCollection<string> slugs, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        var claims = await OutcomeClaims.OfAsync(connection, slugs, token);
        var latest = (await GenerationLog.LatestHeadsAsync(connection, slugs, token)).ToDictionary(g => g.Question, StringComparer.Ordinal);
        var tasks = claims
            .SelectMany(c =>
                Unscored(c.Value, latest.GetValueOrDefault(c.Key))
                    .Select(claim => new ScoringTask(c.Key, claim, claim.Trigger, IsNew: true, claim.At, Import: null, Ends: null))
            )
            .ToList();
        tasks.Sort(InOrder);
        return tasks;
    }

    // At equal instants, the names decide. Claims about one question are in the order of their events.
    private static int InOrder(ScoringTask a, ScoringTask b) =>
        a.Claim.At.CompareTo(b.Claim.At) is var byTime && byTime != 0 ? byTime
        : string.CompareOrdinal(a.Question, b.Question) is var byName && byName != 0 ? byName
        : a.Claim.Event.CompareTo(b.Claim.Event);

    /// <summary>
    /// The claims that have no generation yet. Claims before the latest generation have one, or were skipped by an earlier version of this service.
    /// </summary>
    public static IEnumerable<OutcomeClaim> Unscored(IReadOnlyList<OutcomeClaim> claims, GenerationHead? latest) =>
        claims.Where(c => c.Event > (latest?.TriggerEvent ?? 0));

    /// <summary>The scorings that follow from changes of questions on which others rest, in the order in which outcomes became known.</summary>
    public async Task<IReadOnlyList<ScoringTask>> TasksAsync(IReadOnlyList<Dependent> dependents, CancellationToken token)
    {
        if (dependents.Count == 0)
            return [];
        await using var connection = await database.OpenConnectionAsync(token);
        var slugs = dependents.Select(d => d.Question).ToArray();
        var claims = await OutcomeClaims.OfAsync(connection, slugs, token);
        var latest = (await GenerationLog.LatestHeadsAsync(connection, slugs, token)).ToDictionary(g => g.Question, StringComparer.Ordinal);
        return
        [
            .. from d in dependents
            let head = latest[d.Question]
            // The claim of the latest generation. A later claim without a generation is scored anyway, and that scoring includes the change.
            let claim = claims.GetValueOrDefault(d.Question)?.LastOrDefault(c => c.Event <= head.TriggerEvent)
            where claim is { Settles: true }
            let reached = head.OutcomesAsOf ?? claim.At
            orderby claim.At, d.Question
            select new ScoringTask(
                d.Question,
                claim,
                GenerationTrigger.OtherQuestions,
                IsNew: false,
                reached > d.OutcomesAsOf ? reached : d.OutcomesAsOf,
                Import: null,
                Ends: null
            ),
        ];
    }

    /// <summary>The questions that rest on generations that have not been followed yet, and the last of these generations.</summary>
    public async Task<(IReadOnlyList<Dependent> Dependents, long Followed, long Last)> DependentsAsync(CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        var (followed, last) = await Dependents.ProgressAsync(connection, token);
        return (await Dependents.OfAsync(connection, Options, followed, last, token), followed, last);
    }

    /// <summary>Everything that scoring looks up, with the sequence of the last generation in it and the latest end of a scoring window.</summary>
    public async Task<(TrackRecords Records, long Last, DateTimeOffset LastEnd)> RecordsAsync(CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        while (true)
        {
            var (_, before) = await Dependents.ProgressAsync(connection, token);
            var (records, lastEnd) = await ScoresOnRecord.GatherAsync(
                async command =>
                {
                    command.Connection = connection;
                    command.CommandTimeout = 600;
                    return await command.ExecuteReaderAsync(token);
                },
                Options,
                RecordedScope.Everything,
                long.MaxValue,
                token
            );
            // A generation that was appended in between may be in one half and not in the other.
            if ((await Dependents.ProgressAsync(connection, token)).Last == before)
                return (records, before, lastEnd);
        }
    }

    /// <summary>Records that everything that rests on generations up to a sequence has been scored again.</summary>
    public async Task NoteFollowedAsync(long upto, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await Dependents.NoteAsync(connection, null, upto, token);
    }

    /// <summary>Whether any other question waits, or one of these has been requested again. Each comes with the number of its requests.</summary>
    public async Task<bool> OthersWaitAsync(IEnumerable<(string Question, int Asked)> these, CancellationToken token)
    {
        var known = these.ToList();
        await using var command = database.CreateCommand(
            $"select exists (select from {ScoringTables.Pending} p where not exists (select from unnest($1, $2) as u (question, asked) where u.question "
                + "= p.question and u.asked = p.asked))"
        );
        command.Parameters.Add(new NpgsqlParameter { Value = known.Select(k => k.Question).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = known.Select(k => k.Asked).ToArray() });
        return (bool)(await command.ExecuteScalarAsync(token))!;
    }

    /// <summary>The questions on which others depend.</summary>
    public async Task<HashSet<string>> ConditionsAsync(CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"select distinct data -> 'condition' ->> 'question' from {Questions} where data -> 'condition' ->> 'question' is not null"
        );
        await using var reader = await command.ExecuteReaderAsync(token);
        var found = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(token))
            found.Add(reader.GetString(0));
        return found;
    }

    /// <summary>Reads questions with every forecast on them. Questions that no longer exist are left out.</summary>
    /// <remarks>
    /// Forecasts are read from the events by the prefix of their streams, so the result contains everything that was committed before. If the database's
    /// collation does not sort by bytes, the prefix is not a range of the index, and all forecasts are scanned instead.
    /// </remarks>
    public async Task<IReadOnlyDictionary<string, QuestionToScore>> ReadAsync(IReadOnlyCollection<string> slugs, bool sortedByBytes, CancellationToken token)
    {
        await using var session = store.QuerySession();
        var questions = await session.LoadManyAsync<Question>(token, slugs.Select(StreamKeys.Question));
        var names = questions.Select(q => q.Slug).ToArray();
        await using var connection = await database.OpenConnectionAsync(token);
        var own = await LastEventsAsync(connection, questions, token);
        var latest = (await GenerationLog.LatestAsync(connection, names, token)).ToDictionary(g => g.Question, StringComparer.Ordinal);
        var (forecasts, last) = await ForecastsAsync(connection, names, sortedByBytes, token);
        return questions.ToDictionary(
            q => q.Slug,
            q => new QuestionToScore(
                q,
                forecasts.GetValueOrDefault(q.Slug) ?? [],
                Math.Max(own.GetValueOrDefault(q.Slug), last.GetValueOrDefault(q.Slug)),
                latest.GetValueOrDefault(q.Slug)
            ),
            StringComparer.Ordinal
        );
    }

    /// <summary>Appends the generations and removes the questions from the list, in one transaction.</summary>
    /// <param name="scored">The generations in the order in which they were made, each with the import that caused it.</param>
    /// <param name="done">The questions that no longer wait.</param>
    /// <param name="failed">Questions whose new scoring because of other questions failed. They wait from now on.</param>
    /// <param name="last">The last generation on record when they were made. The first one rests on it, and each other one also on the one before it.</param>
    /// <param name="followed">Whether nothing else rests on changes up to the last of them.</param>
    /// <param name="hold">The turn to append, if it was taken before the read; null to wait for it now.</param>
    /// <param name="now">The instant of the scoring.</param>
    /// <param name="token">Ends it.</param>
    /// <returns>The sequence of the last of them, or <paramref name="last"/> where there is none.</returns>
    /// <exception cref="ScoresMovedException">Another process has appended a generation. Read and score again.</exception>
    public async Task<long> WriteAsync(
        IReadOnlyList<(QuestionScored Generation, string? Import)> scored,
        IReadOnlyList<PendingScoring> done,
        IReadOnlyList<string> failed,
        long last,
        bool followed,
        ScoringTurn? hold,
        DateTimeOffset now,
        CancellationToken token
    )
    {
        var turn = hold ?? await ScoringTurn.WaitAsync(database, token);
        try
        {
            var (connection, transaction) = (turn.Connection, turn.Transaction);
            if (scored.Count > 0)
            {
                if (turn.Last != last)
                    throw new ScoresMovedException();
                var append = new BulkAppend(store, transaction, new BulkOrigin("worker", null, null, now));
                var numbers = await append.ReserveAsync(scored.Count, token);
                var heads = new Dictionary<string, StreamHead>(StringComparer.Ordinal);
                for (var i = 0; i < scored.Count; i++)
                {
                    var (generation, import) = scored[i];
                    if (!heads.TryGetValue(generation.Question, out var head))
                    {
                        heads.Add(
                            generation.Question,
                            head = new StreamHead(StreamKeys.Scoring(generation.Question), typeof(Scorings), generation.Generation - 1)
                        );
                    }

                    append.Add(head, generation with { RestsOn = last }, import is null ? null : ImportCausation.Of(import));
                    last = numbers[i];
                }

                await append.WriteAsync(token);
            }

            // A request that arrived in the meantime came after the read and needs another scoring.
            await using (
                var delete = new NpgsqlCommand(
                    $"delete from {ScoringTables.Pending} p using unnest($1, $2) as u (question, asked) where p.question = u.question and p.asked = u.asked",
                    connection,
                    transaction
                )
            )
            {
                delete.Parameters.Add(new NpgsqlParameter { Value = done.Select(d => d.Question).ToArray() });
                delete.Parameters.Add(new NpgsqlParameter { Value = done.Select(d => d.Asked).ToArray() });
                await delete.ExecuteNonQueryAsync(token);
            }

            if (failed.Count > 0)
            {
                await using var insert = new NpgsqlCommand(
                    $"""
                    insert into {ScoringTables.Pending} (question, trigger)
                    select u.question, '{GenerationTrigger.OtherQuestions.Word()}' from unnest($1) as u (question) on conflict (question) do nothing
                    """,
                    connection,
                    transaction
                );
                insert.Parameters.Add(new NpgsqlParameter { Value = failed.ToArray() });
                await insert.ExecuteNonQueryAsync(token);
            }

            if (followed)
                await Dependents.NoteAsync(connection, transaction, last, token);
            await transaction.CommitAsync(token);
            return last;
        }
        finally
        {
            await turn.DisposeAsync();
        }
    }

    /// <summary>Whether the database sorts text by bytes, so that a prefix is a range of an index.</summary>
    public async Task<bool> SortsByBytesAsync(CancellationToken token)
    {
        await using var command = database.CreateCommand(
            "select datcollate in ('C', 'POSIX', 'C.UTF-8', 'C.utf8') from pg_database where datname = current_database()"
        );
        return (bool)(await command.ExecuteScalarAsync(token))!;
    }

    // At the version that was read. Later events of the question are handled another time.
    private static async Task<Dictionary<string, long>> LastEventsAsync(NpgsqlConnection connection, IReadOnlyList<Question> questions, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"select u.slug, e.seq_id from unnest($1, $2) as u (slug, version) join {EventSql.Events} e on e.stream_id = 'question/' || u.slug and "
                + "e.version = u.version",
            connection
        );
        command.Parameters.Add(new NpgsqlParameter { Value = questions.Select(q => q.Slug).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = questions.Select(q => q.Version).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(token);
        var found = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(token))
            found[reader.GetString(0)] = reader.GetInt64(1);
        return found;
    }

    private static async Task<(Dictionary<string, IReadOnlyList<ForecastTimeline>> Forecasts, Dictionary<string, long> Last)> ForecastsAsync(
        NpgsqlConnection connection,
        string[] slugs,
        bool sortedByBytes,
        CancellationToken token
    )
    {
        // '0' is the character after '/'.
        var sql = sortedByBytes
            ? $"""
                select u.slug, e.stream_id, e.seq_id, e.type, {EventSql.Stored("e")}
                from unnest($1) as u (slug)
                join lateral (
                  select * from {EventSql.Events} e
                  where e.stream_id >= 'forecast/' || u.slug || '/' and e.stream_id < 'forecast/' || u.slug || '0' and e.type = any($2)
                  order by e.stream_id, e.version) e on true
                """
            : $"""
                select {EventSql.Slug("e")}, e.stream_id, e.seq_id, e.type, {EventSql.Stored("e")}
                from {EventSql.Events} e
                where e.stream_id like 'forecast/%' and split_part(e.stream_id, '/', 2) = any($1) and e.type = any($2)
                order by e.stream_id, e.version
                """;
        await using var command = new NpgsqlCommand(sql, connection)
        {
            Parameters =
            {
                new() { Value = slugs },
                new() { Value = Steps },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(token);
        var timelines = new Dictionary<string, List<ForecastTimeline>>(StringComparer.Ordinal);
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        string? stream = null;
        var steps = new List<ForecastStep>();
        while (await reader.ReadAsync(token))
        {
            var (slug, sequence) = (reader.GetString(0), reader.GetInt64(2));
            last[slug] = Math.Max(last.GetValueOrDefault(slug), sequence);
            var step = EventJson.ReadStep(reader.GetString(3), reader.GetFieldValue<byte[]>(4));
            if (reader.GetString(1) is var next && next != stream)
            {
                (stream, steps) = (next, []);
                if (!timelines.TryGetValue(slug, out var ofQuestion))
                    timelines.Add(slug, ofQuestion = []);
                ofQuestion.Add(
                    step is ForecastRevised first
                        ? new ForecastTimeline(first.Analyst.Value, first.Kind, steps)
                        : new ForecastTimeline(((ForecastWithdrawn)step).Analyst.Value, ((ForecastWithdrawn)step).Kind, steps)
                );
            }

            steps.Add(
                step switch
                {
                    ForecastRevised r => new ForecastStep(r.MadeAt, sequence, r.Statement.ToPrediction(), r.ExpiresAt),
                    ForecastWithdrawn w => new ForecastStep(w.MadeAt, sequence, null),
                    _ => throw new InvalidOperationException(),
                }
            );
        }

        return (timelines.ToDictionary(t => t.Key, t => (IReadOnlyList<ForecastTimeline>)t.Value, StringComparer.Ordinal), last);
    }
}
