using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Generations;
using Store.Events;

namespace Store.Views;

/// <summary>
/// One row for each forecaster in the latest generation of each question. A later generation replaces the question's rows, and an annulment, whose generation
/// has none, removes them.
/// </summary>
public static class ScoreRowsView
{
    /// <summary>The name under which the daemon keeps its progress.</summary>
    public const string ShardName = "ScoreRows";

    /// <summary>The columns of the scores, and the same scores as fields of <see cref="RowFields"/>.</summary>
    internal static readonly string ScoreColumnList = string.Join(", ", ScoreKey.All.Select(ScoreColumns.Of)),
        ScoreKeyList = string.Join(", ", ScoreKey.All.Select(k => $"s.\"{k}\""));

    /// <summary>The join from a generation's event <c>e</c> to its rows <c>r</c> and their scores <c>s</c>.</summary>
    internal static readonly string RowFields = $"""
        {Rows("e").Join}
        cross join lateral jsonb_to_record({Rows("e")[nameof(ScoreRow.Scores)]}) as s ({string.Join(
            ", ",
            ScoreKey.All.Select(k => $"\"{k}\" double precision")
        )})
        """;

    internal static TableView View { get; } =
        new(
            ShardName,
            "score-rows",
            [typeof(QuestionDrafted), typeof(QuestionEdited), typeof(OptionsNamed), typeof(CloseRescheduled), typeof(QuestionScored)],
            [ViewTables.QuestionsName, ViewTables.RowsName, ViewTables.ForecastersName],
            [ViewTables.QuestionsName, ViewTables.ForecastersName],
            long.MaxValue,
            tables =>
                [Draft(tables), Edit(tables), NameOptions(tables), Score(tables), Remove(tables), NoteForecasters(tables), Insert(tables), NoteEdited(tables)]
        );

    internal static readonly string Slug = EventSql.Slug("e");

    /// <summary>The rows <c>r</c> of a generation.</summary>
    /// <param name="events">The alias of the table of events.</param>
    private static RecordSql Rows(string events) =>
        new(
            "r",
            EventSql.Json(events, nameof(QuestionScored.Rows), typeof(QuestionScored)),
            [typeof(ScoreRow)],
            [nameof(ScoreRow.Forecaster), nameof(ScoreRow.Kind), nameof(ScoreRow.Coverage), nameof(ScoreRow.Revisions), nameof(ScoreRow.Scores)],
            isList: true
        );

    // The row of a draft that is dropped stays: nobody forecasts on a draft, so no score is read by it.
    private static string Draft(ViewTables tables)
    {
        var draft = EventSql.Record(
            "d",
            "e",
            [typeof(QuestionDrafted)],
            nameof(QuestionDrafted.Slug),
            nameof(QuestionDrafted.Type),
            nameof(QuestionDrafted.Options),
            nameof(QuestionDrafted.Tags),
            nameof(QuestionDrafted.Group),
            nameof(QuestionDrafted.Range),
            nameof(QuestionDrafted.StatusQuo),
            nameof(QuestionDrafted.OpensAt),
            nameof(QuestionDrafted.ClosesAt)
        );
        var range = draft.Inner<QuestionRange>(
            "r",
            nameof(QuestionDrafted.Range),
            nameof(QuestionRange.Min),
            nameof(QuestionRange.Max),
            nameof(QuestionRange.OpenLower),
            nameof(QuestionRange.OpenUpper)
        );
        return $"""
            insert into {tables.Questions}
                (question, sequence, type, options, tags, question_group, range_min, range_max, open_lower, open_upper, status_quo, opens_at, closes_at)
            select {draft[nameof(QuestionDrafted.Slug)]}, e.seq_id, {draft[nameof(QuestionDrafted.Type)]},
                {TableView.Words(draft[nameof(QuestionDrafted.Options)])}, {TableView.Words(draft[nameof(QuestionDrafted.Tags)])},
                nullif({draft[nameof(QuestionDrafted.Group)]}, ''), {range[nameof(QuestionRange.Min)]}, {range[nameof(QuestionRange.Max)]},
                coalesce({range[nameof(QuestionRange.OpenLower)]}, false), coalesce({range[nameof(QuestionRange.OpenUpper)]}, false),
                nullif({draft[nameof(QuestionDrafted.StatusQuo)]}, ''),
                {TableView.Instant(draft[nameof(QuestionDrafted.OpensAt)])}, {TableView.Instant(draft[nameof(QuestionDrafted.ClosesAt)])}
            from {TableView.Events($"{draft.Join} {range.Join}", typeof(QuestionDrafted))}
            order by e.seq_id on conflict (question) do nothing
            """;
    }

    private static string NameOptions(ViewTables tables) =>
        $"""
            update {tables.Questions} q set options = {TableView.Words(
                EventSql.Json("e", nameof(OptionsNamed.Options), typeof(OptionsNamed))
            )}, sequence = greatest(q.sequence, e.seq_id)
            from {Last("", typeof(OptionsNamed))} where q.question = {Slug}
            """;

    // An edit and a moved close both say when a draft closes, so the last of either counts. Only a draft's options are edited, and only those of a question
    // that was opened are named by its forecasts, so the edits come first.
    private static string Edit(ViewTables tables)
    {
        var edit = EventSql.Record(
            "x",
            "e",
            [typeof(QuestionEdited), typeof(CloseRescheduled)],
            nameof(QuestionEdited.Before),
            nameof(QuestionEdited.After),
            nameof(CloseRescheduled.ClosesAt)
        );
        string[] fields =
        [
            nameof(QuestionFields.Type),
            nameof(QuestionFields.Options),
            nameof(QuestionFields.Tags),
            nameof(QuestionFields.Group),
            nameof(QuestionFields.Range),
            nameof(QuestionFields.StatusQuo),
            nameof(QuestionFields.OpensAt),
            nameof(QuestionFields.ClosesAt),
        ];
        var (before, after) = (
            edit.Inner<QuestionFields>("b", nameof(QuestionEdited.Before), fields),
            edit.Inner<QuestionFields>("a", nameof(QuestionEdited.After), fields)
        );
        var range = new RecordSql(
            "r",
            "e.range",
            [typeof(QuestionRange)],
            [nameof(QuestionRange.Min), nameof(QuestionRange.Max), nameof(QuestionRange.OpenLower), nameof(QuestionRange.OpenUpper)],
            isList: false
        );
        var closes = $"coalesce({after[nameof(QuestionFields.ClosesAt)]}, {edit[nameof(CloseRescheduled.ClosesAt)]})";

        string Changed(string field) => $"({before[field]} is not null or {after[field]} is not null)";
        string LastOf(string value, string changed) => $"(array_agg({value} order by e.version desc) filter (where {changed}))[1]";
        string Given(string field) => LastOf(after[field], $"{after[field]} is not null");
        string Cleared(string field) => $"bool_or({Changed(field)}) as {field.ToLowerInvariant()}_changed, {LastOf(after[field], Changed(field))}";

        return $"""
            update {tables.Questions} q set type = coalesce(e.type, q.type),
                options = case when e.options is null then q.options else {TableView.Words("e.options")} end,
                tags = case when e.tags is null then q.tags else {TableView.Words("e.tags")} end,
                question_group = case when e.group_changed then nullif(e.question_group, '') else q.question_group end,
                range_min = case when e.range_changed then {range[nameof(QuestionRange.Min)]} else q.range_min end,
                range_max = case when e.range_changed then {range[nameof(QuestionRange.Max)]} else q.range_max end,
                open_lower = case when e.range_changed then coalesce({range[nameof(QuestionRange.OpenLower)]}, false) else q.open_lower end,
                open_upper = case when e.range_changed then coalesce({range[nameof(QuestionRange.OpenUpper)]}, false) else q.open_upper end,
                status_quo = case when e.statusquo_changed then nullif(e.status_quo, '') else q.status_quo end,
                opens_at = coalesce({TableView.Instant("e.opens_at")}, q.opens_at), closes_at = coalesce({TableView.Instant("e.closes_at")}, q.closes_at),
                sequence = greatest(q.sequence, e.seq_id)
            from (
                select e.stream_id, max(e.seq_id) as seq_id, {Given(nameof(QuestionFields.Type))} as type, {Given(nameof(QuestionFields.Options))} as options,
                    {Given(nameof(QuestionFields.Tags))} as tags, {Cleared(nameof(QuestionFields.Group))} as question_group,
                    {Cleared(nameof(QuestionFields.Range))} as range, {Cleared(nameof(QuestionFields.StatusQuo))} as status_quo,
                    {Given(nameof(QuestionFields.OpensAt))} as opens_at, {LastOf(closes, $"{closes} is not null")} as closes_at
                from {TableView.Events($"{edit.Join} {before.Join} {after.Join}", typeof(QuestionEdited), typeof(CloseRescheduled))} group by e.stream_id) e
            {range.Join}
            where q.question = {Slug}
            """;
    }

    private static string Score(ViewTables tables)
    {
        var scored = EventSql.Record(
            "s",
            "e",
            [typeof(QuestionScored)],
            nameof(QuestionScored.Generation),
            nameof(QuestionScored.LastEventRead),
            nameof(QuestionScored.Outcome),
            nameof(QuestionScored.KnownAt),
            nameof(QuestionScored.RestsOn)
        );
        var outcome = scored[nameof(QuestionScored.Outcome)];
        return $"""
            update {tables.Questions} q
            set generation = {scored[nameof(QuestionScored.Generation)]}, sequence = greatest(q.sequence, e.seq_id),
                last_event_read = {scored[nameof(QuestionScored.LastEventRead)]}, rests_on = {scored[nameof(QuestionScored.RestsOn)]},
                outcome = nullif({outcome}, '{OutcomeText.Unresolved}'),
                known_at = case when {outcome} <> '{OutcomeText.Unresolved}' then {TableView.Instant(scored[nameof(QuestionScored.KnownAt)])} end
            from {Last(scored.Join, typeof(QuestionScored))} where q.question = {Slug}
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

    // Every forecaster with a row in a generation or in the generation before it. Losing a row is a change as well as gaining one.
    private static string NoteForecasters(ViewTables tables)
    {
        var before = $"""
            join {EventSql.Events} before on before.stream_id = e.stream_id and before.version = e.version - 1
            {Rows("before").Join}
            """;
        return $"""
            insert into {tables.Forecasters} as f (forecaster, kind, sequence)
            select distinct on (forecaster) forecaster, kind, max(seq_id) from (
                select r.forecaster, r.kind, e.seq_id from {TableView.Events(Rows("e").Join, typeof(QuestionScored))}
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

    // What is said of a forecaster's scores names the tags and the groups of their questions, and is narrowed by them.
    private static string NoteEdited(ViewTables tables) =>
        $"""
            update {tables.Forecasters} f set sequence = greatest(f.sequence, e.seq_id)
            from (select r.forecaster, max(e.seq_id) as seq_id
                from {TableView.Events($"join {tables.Rows} r on r.question = {Slug}", typeof(QuestionEdited))} group by r.forecaster) e
            where f.forecaster = e.forecaster
            """;

    /// <summary>The text after <c>from</c> for the last event of a type in each stream of the range, with the alias <c>e</c>.</summary>
    /// <param name="beside">The join to each event.</param>
    /// <param name="type">The type.</param>
    // Sorted. Without current statistics, PostgreSQL would scan all events for each event to see whether there is a later one.
    private static string Last(string beside, Type type) =>
        $"""
            (select distinct on (e.stream_id) e.stream_id, e.seq_id, {EventSql.Stored("e")} from {TableView.Events(
                "",
                type
            )} order by e.stream_id, e.version desc) e {beside}
            """;
}
