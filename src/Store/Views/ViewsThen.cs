using Domain.Questions;
using Domain.Resolutions;
using Npgsql;
using Store.Events;

namespace Store.Views;

/// <summary>
/// The views of questions and of rows as they stood at a point in time, as temporary tables of the transaction. For each question, the generation that stood
/// then is chosen. If it is the latest, its rows come from the view, otherwise from its event.
/// </summary>
/// <remarks>
/// With an instant of the world, the outcome is the last one logged among those known by then, and the generation is the last one of that outcome. If the
/// outcome was never scored, the question has no scores. Without such an instant, it is the last generation that was recorded by then.
/// </remarks>
internal static class ViewsThen
{
    /// <summary>The questions, in the columns of the view, with the generation that stood, if any, and whether it is the latest.</summary>
    public const string Questions = "pg_temp.questions_then";

    /// <summary>The rows.</summary>
    public const string Rows = $"""
        (select r.* from {ScoreViews.Rows} r join {Questions} t on t.question = r.question and t.latest
         union all select * from {Taken})
        """;

    /// <summary>The rows that are not those of the view.</summary>
    public const string Taken = "pg_temp.rows_then";

    private const string Events = EventSql.Events;

    public static async Task MakeAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, PointInTime at, CancellationToken token)
    {
        var by = (at.AsOf < at.KnownAt || at.KnownAt is null ? at.AsOf : at.KnownAt)!.Value;
        await RunAsync(
            $"""
            create temp table questions_then (like {ScoreViews.Questions}, generation_sequence bigint, rule_set text, latest boolean not null) on commit drop;
            create temp table rows_then (like {ScoreViews.Rows}) on commit drop
            """
        );
        await ChooseAsync();
        await RunAsync("create index on questions_then (question); analyze questions_then");
        await MoveClosesAsync();
        await RetagAsync();
        await RunAsync(
            $"""
            insert into {Taken} (forecaster, question, kind, coverage, revisions, {ScoreRowsView.ScoreColumnList})
            select r.forecaster, t.question, r.kind, r.coverage, r.revisions, {ScoreRowsView.ScoreKeyList}
            from {Questions} t join {Events} e on e.seq_id = t.generation_sequence {ScoreRowsView.RowFields}
            where not t.latest and t.outcome is not null;
            create index on rows_then (question); analyze rows_then
            """
        );

        async Task ChooseAsync()
        {
            await using var command = new NpgsqlCommand("", connection, transaction);
            var recorded = at.KnownAt is { } known ? $"recorded_at <= {ScoreFilter.Parameter(command, known.UtcDateTime)}" : "recorded_at is not null";
            var claims = at.AsOf is { } asOf
                ? $"""
                    join (
                        select distinct on (question) question, sequence from {ScoreViews.Claims}
                        where known_at <= {ScoreFilter.Parameter(
                        command,
                        asOf.UtcDateTime
                    )} and {recorded} order by question, sequence desc) c on c.question = g.question and c.sequence = g.claim
                    """
                : "";
            command.CommandText = $"""
                insert into {Questions}
                    (question, sequence, type, options, tags, question_group, range_min, range_max, open_lower, open_upper, status_quo, opens_at, closes_at,
                     generation, last_event_read, outcome, known_at, generation_sequence, rule_set, latest)
                select q.question, q.sequence, q.type, q.options, q.tags, q.question_group, q.range_min, q.range_max, q.open_lower, q.open_upper,
                    q.status_quo, q.opens_at, q.closes_at,
                    g.generation, g.last_event_read, nullif(g.outcome, '{OutcomeText.Unresolved}'), case when g.outcome <> '{OutcomeText.Unresolved}'
                        then g.known_at end,
                    g.sequence, g.rule_set, coalesce(g.generation = q.generation, false)
                from {ScoreViews.Questions} q left join (
                    select distinct on (g.question) g.* from {ScoreViews.Generations} g {claims} where g.{recorded}
                    order by g.question, g.generation desc) g on g.question = q.question
                """;
            await command.ExecuteNonQueryAsync(token);
        }

        // If the close was moved later, it is the close at the time of the generation; without a generation, the close at that point in time.
        async Task MoveClosesAsync()
        {
            await using var command = new NpgsqlCommand("", connection, transaction);
            var moved = $"""
                select e.version, {EventSql.Text("e", nameof(CloseRescheduled.ClosesAt), typeof(CloseRescheduled))} from {Events} e
                where e.stream_id = 'question/' || t.question and e.type = {EventSql.Name<CloseRescheduled>()}
                    and case when t.generation_sequence is null then e.timestamp <= {ScoreFilter.Parameter(
                    command,
                    by.UtcDateTime
                )} else e.seq_id < t.generation_sequence end
                """;
            command.CommandText = $"""
                update {Questions} t set closes_at = {TableView.Instant(
                    QuestionFieldSql.Last("t.question", nameof(QuestionDrafted.ClosesAt), "true", moved)
                )}
                where t.question in (select {ScoreRowsView.Slug} from {Events} e where e.type = {EventSql.Name<CloseRescheduled>()})
                """;
            await command.ExecuteNonQueryAsync(token);
        }

        // Boards of then are narrowed by the tags of then. Scores do not rest on them.
        async Task RetagAsync()
        {
            await using var command = new NpgsqlCommand("", connection, transaction);
            var counts = $"e.timestamp <= {ScoreFilter.Parameter(command, by.UtcDateTime)}";
            command.CommandText = $"""
                update {Questions} t set
                    tags = {TableView.Words($"{QuestionFieldSql.Last("t.question", nameof(QuestionFields.Tags), counts)}::jsonb")},
                    question_group = nullif({QuestionFieldSql.Last("t.question", nameof(QuestionFields.Group), counts)}, '')
                where t.question in (select {ScoreRowsView.Slug} from {Events} e where e.type = {EventSql.Name<QuestionEdited>()})
                """;
            await command.ExecuteNonQueryAsync(token);
        }

        async Task RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(token);
        }
    }
}
