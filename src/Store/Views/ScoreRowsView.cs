using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring.Generations;

namespace Store.Views;

/// <summary>
/// A row for each forecaster on each question of its latest generation. A later generation replaces the question's rows, and an annulment, whose
/// generation has none, removes them.
/// </summary>
public static class ScoreRowsView
{
    /// <summary>The name under which the daemon keeps its progress.</summary>
    public const string ShardName = "ScoreRows";

    /// <summary>The columns of the scores, and the same scores as <see cref="RowFields"/> has them.</summary>
    internal static readonly string ScoreColumnList = string.Join(", ", ScoreColumns.All.Select(ScoreColumns.Of)),
        ScoreKeyList = string.Join(", ", ScoreColumns.All.Select(k => $"s.\"{k}\""));

    /// <summary>What is joined to a generation's event <c>e</c> for its rows <c>r</c> and their scores <c>s</c>.</summary>
    internal static readonly string RowFields = $"""
        cross join lateral jsonb_to_recordset(e.data -> 'rows') as r (forecaster text, kind text, coverage double precision, revisions int, scores jsonb)
        cross join lateral jsonb_to_record(r.scores) as s ({string.Join(", ", ScoreColumns.All.Select(k => $"\"{k}\" double precision"))})
        """;

    internal static TableView View { get; } =
        new(
            ShardName,
            "score-rows",
            [typeof(QuestionDrafted), typeof(OptionsNamed), typeof(CloseRescheduled), typeof(QuestionScored)],
            [ViewTables.QuestionsName, ViewTables.RowsName, ViewTables.ForecastersName],
            [ViewTables.QuestionsName, ViewTables.ForecastersName],
            long.MaxValue,
            tables => [Draft(tables), NameOptions(tables), Reschedule(tables), Score(tables), Remove(tables), NoteForecasters(tables), Insert(tables)]
        );

    internal const string Slug = "split_part(e.stream_id, '/', 2)";

    private static string Draft(ViewTables tables)
    {
        const string fields = """
            cross join lateral jsonb_to_record(e.data) as d
                (slug text, type text, options jsonb, tags jsonb, "group" text, range jsonb, "statusQuo" text, "opensAt" text, "closesAt" text)
            cross join lateral jsonb_to_record(d.range) as r (min double precision, max double precision, "openLower" boolean, "openUpper" boolean)
            """;
        return $"""
            insert into {tables.Questions} (question, sequence, type, options, tags, question_group, range_min, range_max, open_lower, open_upper, status_quo, opens_at, closes_at)
            select d.slug, e.seq_id, d.type, {TableView.Words("d.options")}, {TableView.Words("d.tags")}, nullif(d.group, ''), r.min, r.max,
                coalesce(r."openLower", false), coalesce(r."openUpper", false), nullif(d."statusQuo", ''), {TableView.Instant(
                "d.\"opensAt\""
            )}, {TableView.Instant("d.\"closesAt\"")}
            from {TableView.Events(fields, typeof(QuestionDrafted))}
            order by e.seq_id on conflict (question) do nothing
            """;
    }

    private static string NameOptions(ViewTables tables) =>
        $"""
            update {tables.Questions} q set options = {TableView.Words("e.data -> 'options'")}, sequence = greatest(q.sequence, e.seq_id)
            from {Last("", typeof(OptionsNamed))} where q.question = {Slug}
            """;

    private static string Reschedule(ViewTables tables) =>
        $"""
            update {tables.Questions} q set closes_at = {TableView.Instant("e.data ->> 'closesAt'")}, sequence = greatest(q.sequence, e.seq_id)
            from {Last("", typeof(CloseRescheduled))} where q.question = {Slug}
            """;

    private static string Score(ViewTables tables)
    {
        const string fields =
            """cross join lateral jsonb_to_record(e.data) as s (generation int, "lastEventRead" bigint, outcome text, "knownAt" text, "restsOn" bigint)""";
        return $"""
            update {tables.Questions} q
            set generation = s.generation, sequence = greatest(q.sequence, e.seq_id), last_event_read = s."lastEventRead", rests_on = s."restsOn",
                outcome = nullif(s.outcome, '{OutcomeText.Unresolved}'), known_at = case when s.outcome <> '{OutcomeText.Unresolved}' then {TableView.Instant(
                "s.\"knownAt\""
            )} end
            from {Last(fields, typeof(QuestionScored))} where q.question = {Slug}
            """;
    }

    // Before its first generation a question has no rows.
    private static string Remove(ViewTables tables) =>
        $"""
            delete from {tables.Rows} r using (select distinct {Slug} as question from {TableView.Events(
                "",
                typeof(QuestionScored)
            )} and e.version > 1) s where r.question = s.question
            """;

    // Everybody with a row in a generation, and everybody with one in the generation before: who loses a row has changed as much as who gains one.
    private static string NoteForecasters(ViewTables tables)
    {
        const string rows = "cross join lateral jsonb_to_recordset(e.data -> 'rows') as r (forecaster text, kind text)";
        const string before = $"""
            join {ForecastStore.Schema}.mt_events before on before.stream_id = e.stream_id and before.version = e.version - 1
            cross join lateral jsonb_to_recordset(before.data -> 'rows') as r (forecaster text, kind text)
            """;
        return $"""
            insert into {tables.Forecasters} as f (forecaster, kind, sequence)
            select distinct on (forecaster) forecaster, kind, max(seq_id) from (
                select r.forecaster, r.kind, e.seq_id from {TableView.Events(rows, typeof(QuestionScored))}
                union all
                select r.forecaster, r.kind, e.seq_id from {TableView.Events(before, typeof(QuestionScored))} and e.version > 1) changed
            group by forecaster, kind order by forecaster, max(seq_id) desc, kind
            on conflict (forecaster) do update set kind = excluded.kind, sequence = greatest(f.sequence, excluded.sequence)
            """;
    }

    private static string Insert(ViewTables tables) =>
        $"""
            insert into {tables.Rows} (forecaster, question, kind, coverage, revisions, {ScoreColumnList})
            select r.forecaster, {Slug}, r.kind, r.coverage, r.revisions, {ScoreKeyList}
            from {Last(RowFields, typeof(QuestionScored))}
            """;

    /// <summary>What follows <c>from</c> for the last event of a type in each stream of the stretch, as <c>e</c>.</summary>
    /// <param name="beside">What is joined to each event.</param>
    /// <param name="type">The type.</param>
    // Sorted, since asking of each event whether there is a later one goes through them all for each where PostgreSQL has not yet counted the type.
    private static string Last(string beside, Type type) =>
        $"""
            (select distinct on (e.stream_id) e.stream_id, e.seq_id, e.data from {TableView.Events("", type)} order by e.stream_id, e.version desc) e {beside}
            """;
}
