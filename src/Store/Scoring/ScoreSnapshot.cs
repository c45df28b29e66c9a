using System.Runtime.CompilerServices;
using Domain.Consensus;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.ReferenceForecasters;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.TrackRecords;
using Npgsql;
using Store.Events;
using Store.Reading;
using Store.Views;

namespace Store.Scoring;

/// <summary>A scored question with the forecasts on it that its latest generation read.</summary>
/// <param name="Question">The question as it was scored.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Group">The group of related questions; null if the question stands alone.</param>
/// <param name="Timelines">The requested forecasters, by name.</param>
public sealed record ScoredRecord(ResolvedQuestion Question, IReadOnlyList<string> Tags, string? Group, IReadOnlyList<ForecastTimeline> Timelines)
{
    /// <summary>The end of the scoring window: the close, or the instant from which the outcome was known if that is earlier.</summary>
    public DateTimeOffset End
    {
        get
        {
            var end = Question.KnownAt < Question.ClosesAt ? Question.KnownAt : Question.ClosesAt;
            return end < Question.OpensAt ? Question.OpensAt : end;
        }
    }
}

/// <summary>One forecaster's row on one question, with the data to show it.</summary>
/// <param name="Question">The question's slug.</param>
/// <param name="Type">Its type.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Group">The group that it belongs to; null for none.</param>
/// <param name="Outcome">The outcome that was scored against, as text.</param>
/// <param name="KnownAt">From when that was known in the world, UTC.</param>
/// <param name="Generation">The number of the generation that the row is of.</param>
/// <param name="Coverage">The share of the scoring window on which the forecaster had a forecast, 0 to 1.</param>
/// <param name="Revisions">How many steps the forecast has within the window.</param>
/// <param name="Scores">The scores by their keys; a score that does not apply is null.</param>
/// <param name="Mark">Whether the row rests on imported steps.</param>
/// <param name="Unrevealed">Whether a seal has a share of it that has not been revealed.</param>
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
    IReadOnlyDictionary<ScoreKey, double?> Scores,
    ImportedMark Mark,
    bool Unrevealed
);

/// <summary>One score, beside that of a reference forecaster on the same question.</summary>
/// <param name="Forecaster">Whose row.</param>
/// <param name="Kind">What the forecaster is.</param>
/// <param name="Question">The question's slug.</param>
/// <param name="Group">The group that the question belongs to; null for none.</param>
/// <param name="Score">The score that is compared; null where it does not apply.</param>
/// <param name="Coverage">The share of the scoring window on which the forecaster had a forecast, 0 to 1.</param>
/// <param name="ReferenceScore">The reference's score; null if it has none on the question.</param>
/// <param name="ReferenceCoverage">The reference's coverage, 0 to 1; null if it has no row on the question.</param>
public readonly record struct PairedRow(
    ForecasterName Forecaster,
    ForecasterKind Kind,
    QuestionSlug Question,
    string? Group,
    double Score,
    double Coverage,
    double? ReferenceScore,
    double? ReferenceCoverage
);

/// <summary>A question that an analyst has forecast, scored or not, with the steps of the forecast.</summary>
/// <param name="Question">The question's slug.</param>
/// <param name="Type">Its type.</param>
/// <param name="Group">The group that it belongs to; null for none.</param>
/// <param name="OpensAt">When it opened, UTC.</param>
/// <param name="End">The end of its window as it is known by now.</param>
/// <param name="Steps">The steps, in the order in which they were made.</param>
public sealed record ForecastRecord(
    string Question,
    QuestionType Type,
    string? Group,
    DateTimeOffset OpensAt,
    DateTimeOffset End,
    IReadOnlyList<ForecastStep> Steps
);

/// <summary>The score views at one instant, or what they would have shown at an earlier point in time.</summary>
public sealed class ScoreSnapshot(NpgsqlConnection connection, NpgsqlTransaction transaction, PointInTime at) : IAsyncDisposable
{
    private static readonly string Scores = string.Join(", ", ScoreKey.All.Select(k => $"r.{ScoreColumns.Of(k)}"));

    /// <summary>The number of questions that are scored again at a time. It bounds the forecasts in memory.</summary>
    private const int ScoredAtOnce = 1_000;

    private readonly string _questions = at.IsPresent ? ScoreViews.Questions : ViewsThen.Questions;
    private readonly string _rows = at.IsPresent ? ScoreViews.Rows : ViewsThen.Rows;

    private int _closed;
    private bool _stands = at.IsPresent;
    private bool _rested = at.AsOf is null;

    /// <summary>The point in time that is shown.</summary>
    public PointInTime At => at;

    /// <summary>
    /// Closes the snapshot; does nothing if it is closed. The driver reuses a transaction object for the next user of the connection, so a second disposal
    /// would roll back that user's transaction.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 1)
            return;
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    /// <summary>
    /// The sequence of the last event that changed any question or score in the views; 0 for none. For an earlier instant, it is the last event recorded by
    /// then, so it never changes.
    /// </summary>
    public async Task<long> LastChangeAsync(CancellationToken token)
    {
        if (at.IsPresent)
            return await ScalarAsync($"select coalesce(max(sequence), 0) from {ScoreViews.Questions}", token);
        if (at.KnownAt is not { } known)
        {
            return await ScalarAsync(
                $"""
                select greatest((select coalesce(max(sequence), 0) from {ScoreViews.Questions}), (select coalesce(max(sequence), 0) from {ScoreViews.Claims}),
                    (select coalesce(max(sequence), 0) from {ScoreViews.Generations}))
                """,
                token
            );
        }

        await using var command = Command(
            $"""
            select greatest((select coalesce(max(sequence), 0) from {ScoreViews.Claims} where recorded_at <= $1), (select coalesce(max(sequence), 0)
                from {ScoreViews.Generations} where recorded_at <= $1), (select coalesce(max(e.seq_id), 0) from {EventSql.Events} e
                where e.type = {EventSql.Name<QuestionEdited>()} and e.timestamp <= $1))
            """,
            known.UtcDateTime
        );
        return (long)(await command.ExecuteScalarAsync(token))!;
    }

    /// <summary>The sequence of the last event that changed a score of this forecaster; null if there never was one.</summary>
    public async Task<long?> LastScoringAsync(string forecaster, CancellationToken token)
    {
        await using var command = Command($"select sequence from {ScoreViews.Forecasters} where forecaster = $1", forecaster);
        return await command.ExecuteScalarAsync(token) as long?;
    }

    /// <summary>The sequence of the forecaster's last step; null if there is none.</summary>
    public async Task<long?> LastStepAsync(string forecaster, CancellationToken token)
    {
        await using var command = Command($"select max(sequence) from {ScoreViews.Steps} where forecaster = $1", forecaster);
        return await command.ExecuteScalarAsync(token) as long?;
    }

    /// <summary>The progress of the view of steps, so that an answer can state which forecasts it includes.</summary>
    public Task<long> StepsReachedAsync(CancellationToken token) =>
        ScalarAsync($"select coalesce((select last_seq_id from {EventSql.Progress} where name = '{ForecastStepsView.ShardName}:All'), 0)", token);

    /// <summary>The progress of the view of imported steps, so that an answer can state which it includes.</summary>
    public Task<long> ImportedReachedAsync(CancellationToken token) =>
        ScalarAsync($"select coalesce((select last_seq_id from {EventSql.Progress} where name = '{ImportedStepsView.ShardName}:All'), 0)", token);

    /// <summary>A forecaster's rows by question, from after a question on.</summary>
    public async Task<IReadOnlyList<RecordedRow>> RowsAsync(
        string forecaster,
        ScoreFilter filter,
        ImportedScope imported,
        string after,
        int limit,
        CancellationToken token
    )
    {
        await StandAsync(token);
        if (RowsOnOthers.Has(forecaster))
            await RestOnOthersThenAsync(token);
        await using var command = Command("", forecaster, after, limit);
        var noted = ImportedRows.Noted("r.forecaster", "r.kind");
        command.CommandText = $"""
            select r.question, q.type, q.tags, q.question_group, q.outcome, q.known_at, q.generation, r.coverage, r.revisions, {Scores}, {ImportedRows.Exist(
                noted
            )}, {ImportedRows.ExistAfterOutcome(noted)}, {UnrevealedRows.Exist}
            from {_rows} r join {_questions} q using (question)
            where r.forecaster = $1 and r.question collate "C" > $2 and {filter.Where(command)}{ImportedRows.And(imported, noted)}
            order by r.question collate "C" limit $3
            """;
        var rows = new List<RecordedRow>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var scores = new Dictionary<ScoreKey, double?>();
            for (var i = 0; i < ScoreKey.All.Count; i++)
                scores.Add(ScoreKey.All[i], Number(reader, 9 + i));
            rows.Add(
                new RecordedRow(
                    reader.GetString(0),
                    Enum.Parse<QuestionType>(reader.GetString(1)),
                    reader.GetFieldValue<string[]>(2),
                    Text(reader, 3),
                    reader.GetString(4),
                    Instant(reader, 5),
                    reader.GetInt32(6),
                    reader.GetDouble(7),
                    reader.GetInt32(8),
                    scores,
                    new ImportedMark(reader.GetBoolean(9 + ScoreKey.All.Count), reader.GetBoolean(10 + ScoreKey.All.Count)),
                    reader.GetBoolean(11 + ScoreKey.All.Count)
                )
            );
        }

        return rows;
    }

    /// <summary>The scores of all forecasters for one key, next to those of a reference. Undefined scores are left out.</summary>
    /// <param name="key">The score.</param>
    /// <param name="reference">The reference. If imported steps are left out, so are the reference's rows that rest on them.</param>
    /// <param name="filter">Which questions.</param>
    /// <param name="kinds">Only forecasters of these kinds; null for all.</param>
    /// <param name="forecasters">Only these forecasters; null for all.</param>
    /// <param name="imported">Which rows count, by what they rest on.</param>
    /// <param name="pairs">Whether, if only rows on imported steps are requested, a pair counts when either side rests on one.</param>
    /// <param name="token">Ends the read.</param>
    public async Task<IReadOnlyList<PairedRow>> ScoresAsync(
        ScoreKey key,
        string reference,
        ScoreFilter filter,
        IReadOnlyCollection<ForecasterKind>? kinds,
        IReadOnlyCollection<string>? forecasters,
        ImportedScope imported,
        bool pairs,
        CancellationToken token
    )
    {
        await StandAsync(token);
        var column = ScoreColumns.Of(key);
        var everybody = forecasters is null && (kinds is null || kinds.Any(k => k is ForecasterKind.Consensus or ForecasterKind.Reference));
        if (everybody || RowsOnOthers.Has(reference) || forecasters?.Any(RowsOnOthers.Has) == true)
            await RestOnOthersThenAsync(token);
        await using var command = Command("", reference);
        var narrowed = filter.Where(command);
        if (kinds is not null)
            narrowed += $" and r.kind = any({ScoreFilter.Parameter(command, kinds.Select(k => k.ToString()).ToArray())})";
        if (forecasters is not null)
            narrowed += $" and r.forecaster = any({ScoreFilter.Parameter(command, forecasters.ToArray())})";
        var (own, others) = (ImportedRows.Noted("r.forecaster", "r.kind"), ImportedRows.Noted("c.forecaster", "c.kind"));
        narrowed +=
            pairs && imported == ImportedScope.Only ? $" and ({ImportedRows.Exist(own)} or {ImportedRows.Exist(others)})" : ImportedRows.And(imported, own);
        var beside = imported is ImportedScope.NotOntoLive or ImportedScope.Exclude
            ? $"(select c.* from {_rows} c join {_questions} q using (question) where c.forecaster = $1{ImportedRows.And(imported, others)})"
            : _rows;
        command.CommandText = $"""
            select r.forecaster, r.kind, r.question, q.question_group, r.{column}, r.coverage, c.{column}, c.coverage
            from {_rows} r join {_questions} q using (question) left join {beside} c on c.question = r.question and c.forecaster = $1
            where r.{column} is not null and {narrowed}
            """;
        var rows = new List<PairedRow>();
        await using var reader = await command.ExecuteReaderAsync(token);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var kindOf = Enum.GetValues<ForecasterKind>().ToDictionary(k => k.ToString(), StringComparer.Ordinal);
        while (await reader.ReadAsync(token))
        {
            rows.Add(
                new PairedRow(
                    new ForecasterName(Same(reader.GetString(0))),
                    kindOf[reader.GetString(1)],
                    new QuestionSlug(Same(reader.GetString(2))),
                    Text(reader, 3) is { } group ? Same(group) : null,
                    reader.GetDouble(4),
                    reader.GetDouble(5),
                    Number(reader, 6),
                    Number(reader, 7)
                )
            );
        }

        return rows;

        // A leaderboard repeats a few names a million times.
        string Same(string name)
        {
            if (names.TryGetValue(name, out var known))
                return known;
            names.Add(name, name);
            return name;
        }
    }

    /// <summary>The scores of all forecasters for one key, in columns. Undefined scores are left out.</summary>
    /// <param name="key">The score.</param>
    /// <param name="filter">Which questions.</param>
    /// <param name="kinds">Only forecasters of these kinds; null for all.</param>
    /// <param name="imported">Which rows count, by what they rest on.</param>
    /// <param name="token">Ends the read.</param>
    public async Task<BoardRows> BoardAsync(
        ScoreKey key,
        ScoreFilter filter,
        IReadOnlyCollection<ForecasterKind>? kinds,
        ImportedScope imported,
        CancellationToken token
    )
    {
        await StandAsync(token);
        if (kinds is null || kinds.Any(k => k is ForecasterKind.Consensus or ForecasterKind.Reference))
            await RestOnOthersThenAsync(token);
        var (questions, groups) = await BoardQuestionsAsync(filter, token);
        var rows = new BoardRowsBuilder(questions);
        await using var command = Command("");
        // Where nothing narrows the questions, those that do not count are dropped here: the join would cost PostgreSQL as much as the scan.
        var mayRestOnImported = imported is not (ImportedScope.Include or ImportedScope.NotOntoLive) || await AnyImportedOntoLiveAsync(token);
        var narrowed = imported is ImportedScope.Include || !mayRestOnImported ? "" : ImportedRows.And(imported, ImportedRows.Noted("r.forecaster", "r.kind"));
        var joined = narrowed.Length > 0 || filter != new ScoreFilter();
        if (kinds is not null)
            narrowed += $" and r.kind = any({ScoreFilter.Parameter(command, kinds.Select(k => k.ToString()).ToArray())})";
        if (joined)
            narrowed += $" and {filter.Where(command)}";
        var column = ScoreColumns.Of(key);
        // A row for each question: hundreds of thousands of single ones would cost more in the driver and in PostgreSQL than all that is computed of them.
        command.CommandText = $"""
            select r.question, string_agg(r.forecaster, ','), string_agg(r.kind, ','), array_agg(r.{column}), array_agg(r.coverage)
            from {_rows} r {(joined ? $"join {_questions} q on q.question = r.question" : "")} where r.{column} is not null{narrowed} group by r.question
            """;
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            rows.Add(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<double[]>(3), reader.GetFieldValue<double[]>(4));
        }

        return new BoardRows(questions, groups, rows.Build());
    }

    private async Task<bool> AnyImportedOntoLiveAsync(CancellationToken token)
    {
        await using var command = Command($"select exists (select from {ScoreViews.Imported} where live is true)");
        return (bool)(await command.ExecuteScalarAsync(token))!;
    }

    /// <summary>What a reference earned on the questions of a board, in their order.</summary>
    /// <param name="key">The score.</param>
    /// <param name="reference">The reference. If imported steps are left out, so are its rows that rest on them.</param>
    /// <param name="filter">Which questions.</param>
    /// <param name="imported">Which rows count, by what they rest on.</param>
    /// <param name="token">Ends the read.</param>
    public async Task<ReferenceRows> BoardReferenceAsync(ScoreKey key, string reference, ScoreFilter filter, ImportedScope imported, CancellationToken token)
    {
        await StandAsync(token);
        if (RowsOnOthers.Has(reference))
            await RestOnOthersThenAsync(token);
        await using var command = Command("", reference);
        var placed = Placed(command, filter);
        var beside = imported is ImportedScope.NotOntoLive or ImportedScope.Exclude
            ? ImportedRows.And(imported, ImportedRows.Noted("r.forecaster", "r.kind"))
            : "";
        command.CommandText = $"""
            {placed} select q.place, r.{ScoreColumns.Of(key)}, r.coverage, (select count(*) from q)::int
            from {_rows} r join q using (question) where r.forecaster = $1{beside}
            """;
        var (scores, coverages) = (Array.Empty<double>(), Array.Empty<double>());
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            if (scores.Length == 0)
            {
                (scores, coverages) = (new double[reader.GetInt32(3)], new double[reader.GetInt32(3)]);
                Array.Fill(scores, double.NaN);
                Array.Fill(coverages, double.NaN);
            }

            var place = reader.GetInt32(0);
            (scores[place], coverages[place]) = (Number(reader, 1) ?? double.NaN, reader.GetDouble(2));
        }

        return new ReferenceRows(scores, coverages);
    }

    private async Task<(string[] Questions, string?[] Groups)> BoardQuestionsAsync(ScoreFilter filter, CancellationToken token)
    {
        await using var command = Command("");
        command.CommandText = $"""
            select q.question, q.question_group from {_questions} q where {filter.Where(command)} order by q.question collate "C"
            """;
        var (questions, groups) = (new List<string>(), new List<string?>());
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            questions.Add(reader.GetString(0));
            var group = Text(reader, 1);
            if (group is not null && !names.TryAdd(group, group))
                group = names[group];
            groups.Add(group);
        }

        return ([.. questions], [.. groups]);
    }

    // The questions that the filter lets through, each with its place among them.
    private string Placed(NpgsqlCommand command, ScoreFilter filter) =>
        $"""
            with q as materialized (
                select q.question, q.last_event_read, q.known_at, (row_number() over (order by q.question collate "C") - 1)::int as place
                from {_questions} q where {filter.Where(command)})
            """;

    /// <summary>
    /// The forecasters who have a counted score on an imported step, and those who have one on a step that was recorded after the outcome was known.
    /// </summary>
    /// <param name="key">The score.</param>
    /// <param name="forecasters">The forecasters.</param>
    /// <param name="filter">Which questions.</param>
    /// <param name="imported">Which rows count.</param>
    /// <param name="token">Ends the read.</param>
    public async Task<IReadOnlyDictionary<string, ImportedMark>> MarksAsync(
        ScoreKey key,
        IReadOnlyCollection<string> forecasters,
        ScoreFilter filter,
        ImportedScope imported,
        CancellationToken token
    )
    {
        await StandAsync(token);
        var column = ScoreColumns.Of(key);
        var marks = new Dictionary<string, ImportedMark>(StringComparer.Ordinal);
        if (imported == ImportedScope.Exclude)
            return marks;
        await using var command = Command("", forecasters.ToArray(), forecasters.Select(ImportedRows.NameOf).ToArray());
        // The first step found decides, so most forecasters cost one or two lookups.
        var counts = $"""
            select from {ScoreViews.Imported} i join {_questions} q on q.question = i.question and i.sequence <= q.last_event_read
            join {_rows} r on r.question = i.question and r.forecaster = u.forecaster
            where i.forecaster = u.noted and r.{column} is not null and {filter.Where(command)}{(
                imported == ImportedScope.NotOntoLive ? " and i.live is not true" : ""
            )}
            """;
        command.CommandText =
            $"select u.forecaster, exists ({counts}), exists ({counts} and i.recorded_at > q.known_at) from unnest($1, $2) as u (forecaster, noted)";
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
            marks[reader.GetString(0)] = new ImportedMark(reader.GetBoolean(1), reader.GetBoolean(2));
        return marks;
    }

    /// <summary>The rows on which a seal has a share that has not been revealed, of all forecasters.</summary>
    /// <param name="filter">Which questions.</param>
    /// <param name="token">Ends the read.</param>
    public async Task<IReadOnlySet<(string Forecaster, string Question)>> UnrevealedAsync(ScoreFilter filter, CancellationToken token)
    {
        await StandAsync(token);
        await using var command = Command("");
        command.CommandText = $"""
            select r.forecaster, r.question
            from (select distinct forecaster, question from {ScoreViews.Steps} where sealed is true and revealed_at is null) u
            join {_rows} r on r.forecaster = u.forecaster and r.question = u.question join {_questions} q on q.question = r.question
            where {filter.Where(command)} and {UnrevealedRows.Exist}
            """;
        var rows = new HashSet<(string, string)>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
            rows.Add((reader.GetString(0), reader.GetString(1)));
        return rows;
    }

    /// <summary>Scored questions by name, each with the steps that its generation read.</summary>
    /// <param name="filter">Which questions.</param>
    /// <param name="forecasters">Whose forecasts, and only questions on which one of them has a row; null for everybody's.</param>
    /// <param name="questions">Only these questions; null for all that the filter lets through.</param>
    /// <param name="token">Ends the read.</param>
    public Task<IReadOnlyList<ScoredRecord>> RecordsAsync(
        ScoreFilter filter,
        IReadOnlyCollection<string>? forecasters,
        IReadOnlyCollection<string>? questions,
        CancellationToken token
    ) => RecordsAsync(filter, forecasters, questions, ImportedScope.Include, null, token);

    /// <inheritdoc cref="RecordsAsync(ScoreFilter, IReadOnlyCollection{string}?, IReadOnlyCollection{string}?, CancellationToken)"/>
    /// <param name="filter">Which questions.</param>
    /// <param name="forecasters">Whose forecasts, and only questions on which one of them has a row; null for everybody's.</param>
    /// <param name="questions">Only these questions; null for all that the filter lets through.</param>
    /// <param name="imported">Which forecasts count, by what they rest on.</param>
    /// <param name="whose">Of whom that is asked, and so of the questions; null asks it of each forecaster.</param>
    /// <param name="token">Ends the read.</param>
    public async Task<IReadOnlyList<ScoredRecord>> RecordsAsync(
        ScoreFilter filter,
        IReadOnlyCollection<string>? forecasters,
        IReadOnlyCollection<string>? questions,
        ImportedScope imported,
        string? whose,
        CancellationToken token
    )
    {
        await StandAsync(token);
        var records = await QuestionsAsync(filter, forecasters, questions, imported, whose, token);
        var timelines = new Dictionary<string, IReadOnlyList<ForecastTimeline>>(StringComparer.Ordinal);
        await foreach (var (question, on) in TimelinesAsync(filter, forecasters, questions, imported, whose, token))
            timelines.Add(question, on);
        return [.. records.Select(r => r with { Timelines = timelines.GetValueOrDefault(r.Question.Slug) ?? [] })];
    }

    /// <summary>
    /// Scored questions one after the other, in no order, each with the steps that its generation read. Only the steps of one question are in memory at a time,
    /// and nothing else can be read from the snapshot meanwhile. The transaction stays open for as long as
    /// the caller takes, so the caller must not wait for anybody: at a gap of the sequence the views' daemon waits for transactions that are older.
    /// </summary>
    /// <param name="filter">Which questions.</param>
    /// <param name="forecasters">Whose forecasts, and only questions on which one of them has a row; null for everybody's.</param>
    /// <param name="imported">Which forecasts count, by what they rest on.</param>
    /// <param name="whose">Of whom that is asked, and so of the questions; null asks it of each forecaster.</param>
    /// <param name="token">Ends the read.</param>
    public async IAsyncEnumerable<ScoredRecord> EachRecordAsync(
        ScoreFilter filter,
        IReadOnlyCollection<string>? forecasters,
        ImportedScope imported,
        string? whose,
        [EnumeratorCancellation] CancellationToken token
    )
    {
        await StandAsync(token);
        var records = (await QuestionsAsync(filter, forecasters, null, imported, whose, token)).ToDictionary(r => r.Question.Slug, StringComparer.Ordinal);
        await foreach (var (question, timelines) in TimelinesAsync(filter, forecasters, null, imported, whose, token))
        {
            if (records.Remove(question, out var record))
                yield return record with
                {
                    Timelines = timelines,
                };
        }

        foreach (var record in records.Values)
            yield return record;
    }

    /// <summary>Scored questions by name, without the steps.</summary>
    private async Task<List<ScoredRecord>> QuestionsAsync(
        ScoreFilter filter,
        IReadOnlyCollection<string>? forecasters,
        IReadOnlyCollection<string>? questions,
        ImportedScope imported,
        string? whose,
        CancellationToken token
    )
    {
        await using var command = Command("");
        var narrowed = Narrowed(
            command,
            filter,
            forecasters,
            questions,
            $"exists (select from {_rows} r where r.question = q.question and r.forecaster = any(#))"
        );
        if (whose is not null)
            narrowed += ImportedRows.And(imported, ScoreFilter.Parameter(command, ImportedRows.NameOf(whose)));
        command.CommandText = $"""
            select q.question, q.type, q.options, q.tags, q.question_group, q.range_min, q.range_max, q.open_lower, q.open_upper, q.status_quo, q.opens_at,
                q.closes_at, q.outcome, q.known_at
            from {_questions} q where {narrowed} order by q.question collate "C"
            """;
        var records = new List<ScoredRecord>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var question = Question(reader);
            records.Add(new ScoredRecord(ScoringInputs.ToScored(question, question.Resolution!), question.Tags, question.Group, []));
        }

        return records;
    }

    /// <summary>Every question that a forecaster has forecast and that is not annulled, by name.</summary>
    public async Task<IReadOnlyList<ForecastRecord>> ForecastsAsync(string forecaster, ScoreFilter filter, ImportedScope imported, CancellationToken token)
    {
        await StandAsync(token);
        await using var command = Command("", forecaster);
        var narrowed = filter.Where(command).Replace(ScoreFilter.Scored, $"q.outcome is distinct from '{OutcomeText.Annulled}'", StringComparison.Ordinal);
        if (at.AsOf is { } asOf)
            narrowed += $" and s.made_at <= {ScoreFilter.Parameter(command, asOf.UtcDateTime)}";
        if (at.KnownAt is { } known)
        {
            narrowed +=
                $" and (select e.timestamp from {EventSql.Events} e where e.seq_id = s.sequence) <= {ScoreFilter.Parameter(command, known.UtcDateTime)}";
        }

        if (imported is ImportedScope.Exclude or ImportedScope.Only)
        {
            var then = at.KnownAt is { } by ? $" and i.recorded_at <= {ScoreFilter.Parameter(command, by.UtcDateTime)}" : "";
            narrowed +=
                $" and {(imported == ImportedScope.Exclude ? "not " : "")}exists (select from {ScoreViews.Imported} i where i.question = q.question "
                + $"and i.forecaster = $1{then})";
        }

        command.CommandText = $"""
            select q.question, q.type, q.question_group, q.opens_at, least(q.closes_at, q.known_at), s.sequence, s.made_at, s.expires_at, s.yes,
                s.probabilities, s.levels, s.places, s.sealed, s.revealed_at
            from {ScoreViews.Steps} s join {_questions} q using (question)
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
                records.Add(
                    new ForecastRecord(slug, Enum.Parse<QuestionType>(reader.GetString(1)), Text(reader, 2), Instant(reader, 3), Instant(reader, 4), steps)
                );
            }

            steps.Add(Step(reader, 5));
        }

        return records;
    }

    /// <summary>The data that these forecasters are computed from in addition to the forecasts on a question. For most of them there is none.</summary>
    /// <param name="forecasters">The forecasters.</param>
    /// <param name="question">The only question that they are computed on, which limits the read; null for any.</param>
    /// <param name="token">Ends the read.</param>
    public async Task<TrackRecords> TrackRecordsAsync(IReadOnlyCollection<string> forecasters, ScoredRecord? question, CancellationToken token)
    {
        await StandAsync(token);
        var records = new TrackRecords();
        if (forecasters.Any(f => ConsensusMethods.OfForecaster(f)?.ReadsTrackRecords == true))
            await AddScoresAsync(records, question?.Question.Slug, question?.Timelines, question?.End, token);

        if (forecasters.Any(f => ReferenceForecasters.OfForecaster(f)?.ReadsEarlierOutcomes == true))
        {
            await using var command = Command(
                $"""
                select tag, cardinality(q.options), array_position(q.options, q.outcome) - 1, q.known_at
                from {_questions} q cross join lateral (select distinct unnest(q.tags) as tag) as t where array_position(q.options, q.outcome) is not null
                """
            );
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token))
                records.AddOutcome(reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2), Instant(reader, 3));
        }

        return records;
    }

    /// <summary>How persons and bots did on questions whose outcome was known before an instant, by the generations that stood.</summary>
    public async Task<IReadOnlyList<EarlierScore>> EarlierScoresAsync(
        Question question,
        DateTimeOffset before,
        IReadOnlyList<ForecastTimeline> timelines,
        CancellationToken token
    )
    {
        await StandAsync(token);
        ArgumentNullException.ThrowIfNull(question);
        var records = new TrackRecords();
        await AddScoresAsync(records, question.Slug, timelines, before, token);
        return records.ScoresOf(timelines, question.OpensAt, before);
    }

    private async Task AddScoresAsync(
        TrackRecords records,
        string? except,
        IReadOnlyList<ForecastTimeline>? timelines,
        DateTimeOffset? before,
        CancellationToken token
    )
    {
        await using var command = Command("");
        var narrowed = "";
        if (except is not null)
            narrowed += $" and r.question <> {ScoreFilter.Parameter(command, except)}";
        if (timelines is not null)
            narrowed += $" and r.forecaster = any({ScoreFilter.Parameter(command, timelines.Select(t => t.Forecaster).ToArray())})";
        if (before is { } end)
            narrowed += $" and q.known_at < {ScoreFilter.Parameter(command, end.UtcDateTime)}";
        command.CommandText = $"""
            select r.forecaster, q.known_at, r.peer, r.coverage from {_rows} r join {_questions} q using (question)
            where r.peer is not null and r.kind in ('Person', 'Bot'){narrowed}
            """;
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
            records.AddScore(reader.GetString(0), Instant(reader, 1), reader.GetDouble(2), reader.GetDouble(3));
    }

    /// <summary>The number of the generation that stood on a question; null where none did.</summary>
    public async Task<int?> GenerationAsync(string question, CancellationToken token)
    {
        await StandAsync(token);
        await using var command = Command($"select generation from {_questions} where question = $1", question);
        return await command.ExecuteScalarAsync(token) as int?;
    }

    /// <summary>
    /// The input of a question's rows at the earlier point, if other questions stood differently from when the generation was made; null if the generation's
    /// rows are still right.
    /// </summary>
    public async Task<ScoringInput?> RestedThenAsync(string question, CancellationToken token)
    {
        await StandAsync(token);
        if (at.AsOf is null || (await AffectedAsync(question, token)) is not [var affected])
            return null;
        var record = (await RecordsAsync(new ScoreFilter(), null, [question], token)).Single();
        record = record with { Question = record.Question with { SpotAt = affected.SpotAt } };
        return (await TrackRecordsAsync(RowsOnOthers.All, record, token)).InputOf(record.Question, record.Tags, record.Timelines);
    }

    // The timelines of one question after the other, each question's by forecaster.
    private async IAsyncEnumerable<(string Question, IReadOnlyList<ForecastTimeline> Timelines)> TimelinesAsync(
        ScoreFilter filter,
        IReadOnlyCollection<string>? forecasters,
        IReadOnlyCollection<string>? questions,
        ImportedScope imported,
        string? whose,
        [EnumeratorCancellation] CancellationToken token
    )
    {
        await using var command = Command("");
        var narrowed = Narrowed(command, filter, forecasters, questions, "s.forecaster = any(#)");
        if (imported != ImportedScope.Include)
            narrowed += ImportedRows.And(imported, whose is null ? "s.forecaster" : ScoreFilter.Parameter(command, ImportedRows.NameOf(whose)));
        command.CommandText = $"""
            select s.question, s.forecaster, s.kind, s.sequence, s.made_at, s.expires_at, s.yes, s.probabilities, s.levels, s.places, s.sealed,
                s.revealed_at
            from {ScoreViews.Steps} s join {_questions} q using (question) where s.sequence <= q.last_event_read and {narrowed} order by s.question
            """;
        var timelines = new Dictionary<string, (ForecasterKind Kind, List<ForecastStep> Steps)>(StringComparer.Ordinal);
        string? question = null;
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var next = reader.GetString(0);
            if (question is not null && next != question)
                yield return (question, Timelines(timelines));
            question = next;
            var forecaster = reader.GetString(1);
            if (!timelines.TryGetValue(forecaster, out var timeline))
                timelines.Add(forecaster, timeline = (Enum.Parse<ForecasterKind>(reader.GetString(2)), []));
            timeline.Steps.Add(Step(reader, 3));
        }

        if (question is not null)
            yield return (question, Timelines(timelines));
    }

    private static List<ForecastTimeline> Timelines(Dictionary<string, (ForecasterKind Kind, List<ForecastStep> Steps)> gathered)
    {
        var timelines = new List<ForecastTimeline>();
        foreach (var (forecaster, (kind, steps)) in gathered.OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            steps.Sort((a, b) => a.Sequence.CompareTo(b.Sequence));
            timelines.Add(new ForecastTimeline(forecaster, kind, steps));
        }

        gathered.Clear();
        return timelines;
    }

    private static string Narrowed(
        NpgsqlCommand command,
        ScoreFilter filter,
        IReadOnlyCollection<string>? forecasters,
        IReadOnlyCollection<string>? questions,
        string byForecaster
    )
    {
        var narrowed = filter.Where(command);
        if (forecasters is not null)
        {
            narrowed += " and " + byForecaster.Replace("#", ScoreFilter.Parameter(command, forecasters.ToArray()), StringComparison.Ordinal);
        }

        return questions is null ? narrowed : narrowed + $" and q.question = any({ScoreFilter.Parameter(command, questions.ToArray())})";
    }

    private static Question Question(NpgsqlDataReader reader) =>
        new()
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
        if (Number(reader, at + 3) is { } yes)
            prediction = Prediction.Categorical.Binary(yes);
        else if (!reader.IsDBNull(at + 4))
            prediction = new Prediction.Categorical([.. reader.GetFieldValue<double[]>(at + 4)]);
        else if (!reader.IsDBNull(at + 5))
        {
            var (levels, places) = (reader.GetFieldValue<double[]>(at + 5), reader.GetFieldValue<double[]>(at + 6));
            prediction = new Prediction.Quantiles([.. levels.Zip(places, (l, v) => new Quantile(l, v))]);
        }

        if (!reader.IsDBNull(at + 7))
            prediction = new Prediction.Sealed(prediction, reader.IsDBNull(at + 8) ? null : Instant(reader, at + 8));
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
        foreach (var value in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    /// <summary>Makes what stood at the earlier point in time, once. Whether an answer is still the same is told without it.</summary>
    private async Task StandAsync(CancellationToken token)
    {
        if (_stands)
            return;
        _stands = true;
        await ViewsThen.MakeAsync(connection, transaction, at, token);
    }

    /// <summary>
    /// Recomputes the rows that rest on other questions for the point in time that is shown. Their generations reflect outcomes of other questions that came
    /// later.
    /// </summary>
    private async Task RestOnOthersThenAsync(CancellationToken token)
    {
        if (_rested)
            return;
        _rested = true;
        var affected = await AffectedAsync(null, token);
        if (affected.Count == 0)
            return;
        var earlier = await TrackRecordsAsync(RowsOnOthers.All, null, token);
        foreach (var part in affected.Chunk(ScoredAtOnce))
        {
            var read = part.ToDictionary(p => p.Question, StringComparer.Ordinal);
            var records = await RecordsAsync(new ScoreFilter(), null, read.Keys, token);
            var rows = records
                .AsParallel()
                .AsOrdered()
                .SelectMany(r =>
                    QuestionScoring
                        .Score(
                            RuleSet.NearestTo(read[r.Question.Slug].RuleSet),
                            earlier.InputOf(r.Question with { SpotAt = read[r.Question.Slug].SpotAt }, r.Tags, r.Timelines)
                        )
                        .Where(row => RowsOnOthers.Has(row.Forecaster))
                        .Select(row => (r.Question.Slug, row))
                )
                .ToList();
            await ReplaceAsync([.. read.Keys], rows, token);
        }
    }

    /// <summary>The scored questions whose rows may rest on questions that stood differently then.</summary>
    /// <remarks>
    /// A question rests on what was known, before its window ended, about questions under its first tag and about those that its forecasters forecast. Its
    /// latest generation reflects the latest generations of those questions. An earlier one reflects them as they stood when it was made, in the order in which
    /// an import brought them. The rows are joined once, not for each question: without statistics, PostgreSQL would plan loops within loops.
    /// </remarks>
    private async Task<IReadOnlyList<(string Question, string RuleSet, DateTimeOffset? SpotAt)>> AffectedAsync(string? question, CancellationToken token)
    {
        await using var command = Command(
            $"""
            with changed as materialized (
                select t.question, t.tags, least(case when t.outcome <> '{OutcomeText.Annulled}' then t.known_at end,
                    case when q.outcome <> '{OutcomeText.Annulled}' then q.known_at end) as from_then
                from {_questions} t join {ScoreViews.Questions} q using (question) where t.generation is distinct from q.generation),
            first_of_tag as (select tag, min(from_then) as from_then from changed cross join lateral unnest(tags) as tag group by tag),
            first_of_forecaster as materialized (
                select r.forecaster, min(c.from_then) as from_then from changed c
                join (select question, forecaster, kind from {ScoreViews.Rows} union all select question, forecaster, kind from {ViewsThen.Taken}) r
                    on r.question = c.question
                where r.kind in ('Person', 'Bot') group by r.forecaster),
            first_of_question as materialized (
                select r.question, min(f.from_then) as from_then from {ScoreViews.Rows} r join first_of_forecaster f using (forecaster){(
                    question is null ? "" : " where r.question = $1"
                )} group by r.question)
            select t.question, t.rule_set, {TableView.Instant("s.at")}
            from {_questions} t left join first_of_question p using (question)
                cross join lateral (select {QuestionFieldSql.Last("t.question", nameof(QuestionDrafted.SpotAt), "true")} as at) s
            where t.outcome <> '{OutcomeText.Annulled}' and ($1::text is null or t.question = $1) and (
                not t.latest
                or exists (select from first_of_tag f where f.tag = t.tags[1] and f.from_then < least(t.closes_at, t.known_at))
                or p.from_then < least(t.closes_at, t.known_at))
            """
        );
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)question ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        var found = new List<(string, string, DateTimeOffset?)>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
            found.Add((reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : Instant(reader, 2)));
        return found;
    }

    private async Task ReplaceAsync(string[] questions, IReadOnlyList<(string Question, ScoreRow Row)> rows, CancellationToken token)
    {
        await using var take = Command(
            $"""
            with moved as (update {ViewsThen.Questions} set latest = false where question = any($1) and latest returning question)
            insert into {ViewsThen.Taken} select r.* from {ScoreViews.Rows} r join moved m using (question)
            """,
            (object)questions
        );
        await take.ExecuteNonQueryAsync(token);
        await using var drop = Command(
            $"delete from {ViewsThen.Taken} where question = any($1) and forecaster = any($2)",
            questions,
            RowsOnOthers.All.ToArray()
        );
        await drop.ExecuteNonQueryAsync(token);
        await using var into = await connection.BeginBinaryImportAsync(
            $"copy {ViewsThen.Taken} (forecaster, question, kind, coverage, revisions, {ScoreRowsView.ScoreColumnList}) from stdin binary",
            token
        );
        foreach (var (question, row) in rows)
        {
            await into.StartRowAsync(token);
            await into.WriteAsync(row.Forecaster, token);
            await into.WriteAsync(question, token);
            await into.WriteAsync(row.Kind.ToString(), token);
            await into.WriteAsync(row.Coverage, token);
            await into.WriteAsync(row.Revisions, token);
            foreach (var key in ScoreKey.All)
            {
                if (row.Scores.GetValueOrDefault(key.Name) is { } score)
                    await into.WriteAsync(score, token);
                else
                    await into.WriteNullAsync(token);
            }
        }

        await into.CompleteAsync(token);
    }
}
