using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.References;
using Domain.Resolutions;
using Domain.Scoring;
using Npgsql;

namespace Store.Scores;

/// <summary>A scored question with the forecasts on it that its latest generation read.</summary>
/// <param name="Question">The question as it was scored.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Group">The group whose questions hang together; null when it stands alone.</param>
/// <param name="Timelines">The forecasters asked for, by name.</param>
public sealed record ScoredRecord(ScoredQuestion Question, IReadOnlyList<string> Tags, string? Group, IReadOnlyList<ForecastTimeline> Timelines)
{
    /// <summary>The end of the scoring window: the close, or the instant from which the outcome was known, where that is earlier.</summary>
    public DateTimeOffset End
    {
        get
        {
            var end = Question.KnownAt < Question.ClosesAt ? Question.KnownAt : Question.ClosesAt;
            return end < Question.OpensAt ? Question.OpensAt : end;
        }
    }
}

/// <summary>One forecaster's row on one question, with what is needed to show it.</summary>
public sealed record RecordedRow(
    string Question,
    QuestionType Type,
    IReadOnlyList<string> Tags,
    string? Group,
    string Outcome,
    DateTimeOffset KnownAt,
    int Generation,
    double Coverage,
    int Revisions,
    IReadOnlyDictionary<string, double?> Scores);

/// <summary>One score, beside that of a reference forecaster on the same question.</summary>
/// <param name="ReferenceScore">Null where the reference has none on the question.</param>
/// <param name="ReferenceCoverage">Null where the reference has no row on the question.</param>
public readonly record struct PairedRow(
    string Forecaster, ForecasterKind Kind, string Question, string? Group, double Score, double Coverage, double? ReferenceScore, double? ReferenceCoverage);

/// <summary>A question that an analyst has forecast, scored or not, with the steps of the forecast.</summary>
/// <param name="End">The end of its window as it is known by now.</param>
public sealed record ForecastRecord(string Question, QuestionType Type, string? Group, DateTimeOffset OpensAt, DateTimeOffset End, IReadOnlyList<ForecastStep> Steps);

/// <summary>The score views at one instant.</summary>
public sealed class ScoreSnapshot(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
{
    private static readonly string Scores = string.Join(", ", ScoreColumns.All.Select(k => $"r.{ScoreColumns.Of(k)}"));

    private int _closed;

    /// <summary>
    /// Closes the snapshot, and does nothing where it is closed: the driver hands a transaction's very object to whoever has the connection next, so that to
    /// dispose it again would roll back theirs.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 1) return;
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    /// <summary>The sequence of the last event that changed any question or score in the views; 0 for none.</summary>
    public Task<long> LastChangeAsync(CancellationToken token) =>
        ScalarAsync($"select coalesce(max(sequence), 0) from {ScoreViews.Questions}", token);

    /// <summary>The sequence of the last event that changed a score of this forecaster; null for who has never had one.</summary>
    public async Task<long?> LastScoringAsync(string forecaster, CancellationToken token)
    {
        await using var command = Command($"select sequence from {ScoreViews.Forecasters} where forecaster = $1", forecaster);
        return await command.ExecuteScalarAsync(token) as long?;
    }

    /// <summary>The sequence of the forecaster's last step; null for who has made none.</summary>
    public async Task<long?> LastStepAsync(string forecaster, CancellationToken token)
    {
        await using var command = Command($"select max(sequence) from {ScoreViews.Steps} where forecaster = $1", forecaster);
        return await command.ExecuteScalarAsync(token) as long?;
    }

    /// <summary>How far the steps are in the views, so that an answer can say which forecasts it knows.</summary>
    public Task<long> StepsReachedAsync(CancellationToken token) => ScalarAsync(
        $"select coalesce((select last_seq_id from {ForecastStore.Schema}.mt_event_progression where name = '{Forecasts.ForecastStepsView.ShardName}:All'), 0)", token);

    /// <summary>A forecaster's rows by question, after a question's name.</summary>
    public async Task<IReadOnlyList<RecordedRow>> RowsAsync(string forecaster, ScoreFilter filter, string after, int limit, CancellationToken token)
    {
        await using var command = Command("", forecaster, after, limit);
        command.CommandText =
            $"""
            select r.question, q.type, q.tags, q.question_group, q.outcome, q.known_at, q.generation, r.coverage, r.revisions, {Scores}
            from {ScoreViews.Rows} r join {ScoreViews.Questions} q using (question)
            where r.forecaster = $1 and r.question collate "C" > $2 and {filter.Where(command)}
            order by r.question collate "C" limit $3
            """;
        var rows = new List<RecordedRow>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var scores = new Dictionary<string, double?>(StringComparer.Ordinal);
            for (var i = 0; i < ScoreColumns.All.Count; i++) scores.Add(ScoreColumns.All[i], Number(reader, 9 + i));
            rows.Add(new RecordedRow(
                reader.GetString(0),
                Enum.Parse<QuestionType>(reader.GetString(1)),
                reader.GetFieldValue<string[]>(2),
                Text(reader, 3),
                reader.GetString(4),
                Instant(reader, 5),
                reader.GetInt32(6),
                reader.GetDouble(7),
                reader.GetInt32(8),
                scores));
        }

        return rows;
    }

    /// <summary>Everybody's scores by one key, beside those of a reference; scores that are undefined are left out.</summary>
    /// <exception cref="ArgumentException">There is no such score.</exception>
    public async Task<IReadOnlyList<PairedRow>> ScoresAsync(
        string key, string reference, ScoreFilter filter, IReadOnlyCollection<ForecasterKind>? kinds, IReadOnlyCollection<string>? forecasters, CancellationToken token)
    {
        var column = ScoreColumns.Of(key) ?? throw new ArgumentException($"There is no score '{key}'.", nameof(key));
        await using var command = Command("", reference);
        var narrowed = filter.Where(command);
        if (kinds is not null) narrowed += $" and r.kind = any({ScoreFilter.Parameter(command, kinds.Select(k => k.ToString()).ToArray())})";
        if (forecasters is not null) narrowed += $" and r.forecaster = any({ScoreFilter.Parameter(command, forecasters.ToArray())})";
        command.CommandText =
            $"""
            select r.forecaster, r.kind, r.question, q.question_group, r.{column}, r.coverage, c.{column}, c.coverage
            from {ScoreViews.Rows} r join {ScoreViews.Questions} q using (question) left join {ScoreViews.Rows} c on c.question = r.question and c.forecaster = $1
            where r.{column} is not null and {narrowed}
            """;
        var rows = new List<PairedRow>();
        await using var reader = await command.ExecuteReaderAsync(token);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var kindOf = Enum.GetValues<ForecasterKind>().ToDictionary(k => k.ToString(), StringComparer.Ordinal);
        while (await reader.ReadAsync(token))
        {
            rows.Add(new PairedRow(
                Same(reader.GetString(0)),
                kindOf[reader.GetString(1)],
                Same(reader.GetString(2)),
                Text(reader, 3) is { } group ? Same(group) : null,
                reader.GetDouble(4),
                reader.GetDouble(5),
                Number(reader, 6),
                Number(reader, 7)));
        }

        return rows;

        // A board repeats a few names a million times.
        string Same(string name)
        {
            if (names.TryGetValue(name, out var known)) return known;
            names.Add(name, name);
            return name;
        }
    }

    /// <summary>Scored questions by name, each with the steps that its generation read.</summary>
    /// <param name="filter">Which questions.</param>
    /// <param name="forecasters">Whose forecasts, and only questions on which one of them has a row; null for everybody's.</param>
    /// <param name="questions">Only these questions; null for all that the filter lets through.</param>
    /// <param name="token">Ends the read.</param>
    public async Task<IReadOnlyList<ScoredRecord>> RecordsAsync(
        ScoreFilter filter, IReadOnlyCollection<string>? forecasters, IReadOnlyCollection<string>? questions, CancellationToken token)
    {
        var steps = await StepsAsync(filter, forecasters, questions, token);
        await using var command = Command("");
        var narrowed = Narrowed(command, filter, forecasters, questions, $"exists (select from {ScoreViews.Rows} r where r.question = q.question and r.forecaster = any(#))");
        command.CommandText =
            $"""
            select q.question, q.type, q.options, q.tags, q.question_group, q.range_min, q.range_max, q.open_lower, q.open_upper, q.status_quo, q.opens_at, q.closes_at, q.outcome, q.known_at
            from {ScoreViews.Questions} q where {narrowed} order by q.question collate "C"
            """;
        var records = new List<ScoredRecord>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var question = Question(reader);
            records.Add(new ScoredRecord(
                ScoringInputs.ToScored(question, question.Resolution!), question.Tags, question.Group, steps.GetValueOrDefault(question.Slug) ?? []));
        }

        return records;
    }

    /// <summary>Every question that a forecaster has forecast and that is not annulled, by name.</summary>
    public async Task<IReadOnlyList<ForecastRecord>> ForecastsAsync(string forecaster, ScoreFilter filter, CancellationToken token)
    {
        await using var command = Command("", forecaster);
        var narrowed = filter.Where(command).Replace(ScoreFilter.Scored, $"q.outcome is distinct from '{OutcomeText.Annulled}'", StringComparison.Ordinal);
        command.CommandText =
            $"""
            select q.question, q.type, q.question_group, q.opens_at, least(q.closes_at, q.known_at), s.sequence, s.made_at, s.expires_at, s.yes, s.probabilities, s.levels, s.places
            from {ScoreViews.Steps} s join {ScoreViews.Questions} q using (question)
            where s.forecaster = $1 and {narrowed} order by q.question collate "C", s.sequence
            """;
        var records = new List<ForecastRecord>();
        List<ForecastStep> steps = [];
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var slug = reader.GetString(0);
            if (records.Count == 0 || records[^1].Question != slug)
            {
                steps = [];
                records.Add(new ForecastRecord(slug, Enum.Parse<QuestionType>(reader.GetString(1)), Text(reader, 2), Instant(reader, 3), Instant(reader, 4), steps));
            }

            steps.Add(Step(reader, 5));
        }

        return records;
    }

    /// <summary>What these forecasters are computed from beside the forecasts on a question, which for most is nothing.</summary>
    public async Task<EarlierRecords> EarlierRecordsAsync(IReadOnlyCollection<string> forecasters, CancellationToken token)
    {
        var records = new EarlierRecords();
        if (forecasters.Contains("consensus:skill-weighted"))
        {
            await using var command = Command(
                $"""
                select r.forecaster, q.known_at, r.peer, r.coverage from {ScoreViews.Rows} r join {ScoreViews.Questions} q using (question)
                where r.peer is not null and r.kind in ('Person', 'Bot')
                """);
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token)) records.AddScore(reader.GetString(0), Instant(reader, 1), reader.GetDouble(2), reader.GetDouble(3));
        }

        if (forecasters.Contains(ReferenceForecasts.BaseRate))
        {
            await using var command = Command(
                $"""
                select tag, cardinality(q.options), array_position(q.options, q.outcome) - 1, q.known_at
                from {ScoreViews.Questions} q cross join lateral (select distinct unnest(q.tags) as tag) as t where array_position(q.options, q.outcome) is not null
                """);
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token)) records.AddOutcome(reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2), Instant(reader, 3));
        }

        return records;
    }

    private async Task<Dictionary<string, List<ForecastTimeline>>> StepsAsync(
        ScoreFilter filter, IReadOnlyCollection<string>? forecasters, IReadOnlyCollection<string>? questions, CancellationToken token)
    {
        await using var command = Command("");
        var narrowed = Narrowed(command, filter, forecasters, questions, "s.forecaster = any(#)");
        command.CommandText =
            $"""
            select s.question, s.forecaster, s.kind, s.sequence, s.made_at, s.expires_at, s.yes, s.probabilities, s.levels, s.places
            from {ScoreViews.Steps} s join {ScoreViews.Questions} q using (question) where s.sequence <= q.last_event_read and {narrowed}
            """;
        var timelines = new Dictionary<(string Question, string Forecaster), (ForecasterKind Kind, List<ForecastStep> Steps)>();
        await using (var reader = await command.ExecuteReaderAsync(token))
        {
            while (await reader.ReadAsync(token))
            {
                var key = (reader.GetString(0), reader.GetString(1));
                if (!timelines.TryGetValue(key, out var timeline)) timelines.Add(key, timeline = (Enum.Parse<ForecasterKind>(reader.GetString(2)), []));
                timeline.Steps.Add(Step(reader, 3));
            }
        }

        var byQuestion = new Dictionary<string, List<ForecastTimeline>>(StringComparer.Ordinal);
        foreach (var ((question, forecaster), (kind, steps)) in timelines)
        {
            steps.Sort((a, b) => a.Sequence.CompareTo(b.Sequence));
            if (!byQuestion.TryGetValue(question, out var list)) byQuestion.Add(question, list = []);
            list.Add(new ForecastTimeline(forecaster, kind, steps));
        }

        foreach (var list in byQuestion.Values) list.Sort((a, b) => string.CompareOrdinal(a.Forecaster, b.Forecaster));
        return byQuestion;
    }

    private static string Narrowed(
        NpgsqlCommand command, ScoreFilter filter, IReadOnlyCollection<string>? forecasters, IReadOnlyCollection<string>? questions, string byForecaster)
    {
        var narrowed = filter.Where(command);
        if (forecasters is not null)
        {
            narrowed += " and " + byForecaster.Replace("#", ScoreFilter.Parameter(command, forecasters.ToArray()), StringComparison.Ordinal);
        }

        return questions is null ? narrowed : narrowed + $" and q.question = any({ScoreFilter.Parameter(command, questions.ToArray())})";
    }

    private static Question Question(NpgsqlDataReader reader) => new()
    {
        Id = Domain.StreamKeys.Question(reader.GetString(0)),
        Slug = reader.GetString(0),
        Title = "",
        Type = Enum.Parse<QuestionType>(reader.GetString(1)),
        Status = QuestionStatus.Resolved,
        Options = reader.GetFieldValue<string[]>(2),
        Tags = reader.GetFieldValue<string[]>(3),
        Group = Text(reader, 4),
        Range = Number(reader, 5) is { } min ? new QuestionRange(min, reader.GetDouble(6), reader.GetBoolean(7), reader.GetBoolean(8)) : null,
        StatusQuo = Text(reader, 9),
        OpensAt = Instant(reader, 10),
        ClosesAt = Instant(reader, 11),
        Resolution = new Resolution(reader.GetString(12), Instant(reader, 13), "", [], "", ""),
    };

    private static ForecastStep Step(NpgsqlDataReader reader, int at)
    {
        Prediction? prediction = null;
        if (Number(reader, at + 3) is { } yes) prediction = Prediction.Categorical.Binary(yes);
        else if (!reader.IsDBNull(at + 4)) prediction = new Prediction.Categorical([.. reader.GetFieldValue<double[]>(at + 4)]);
        else if (!reader.IsDBNull(at + 5))
        {
            var (levels, places) = (reader.GetFieldValue<double[]>(at + 5), reader.GetFieldValue<double[]>(at + 6));
            prediction = new Prediction.Quantiles([.. levels.Zip(places, (l, v) => new Quantile(l, v))]);
        }

        return new ForecastStep(Instant(reader, at + 1), reader.GetInt64(at), prediction, reader.IsDBNull(at + 2) ? null : Instant(reader, at + 2));
    }

    private static DateTimeOffset Instant(NpgsqlDataReader reader, int at) => new(reader.GetDateTime(at), TimeSpan.Zero);

    private static string? Text(NpgsqlDataReader reader, int at) => reader.IsDBNull(at) ? null : reader.GetString(at);

    private static double? Number(NpgsqlDataReader reader, int at) => reader.IsDBNull(at) ? null : reader.GetDouble(at);

    private async Task<long> ScalarAsync(string sql, CancellationToken token)
    {
        await using var command = Command(sql);
        return (long)(await command.ExecuteScalarAsync(token))!;
    }

    private NpgsqlCommand Command(string sql, params object[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection, transaction);
        foreach (var value in parameters) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
