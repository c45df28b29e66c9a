using Domain;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;

namespace Store.Scores;

/// <summary>
/// Keeps a row for each forecaster on each question of its latest generation. A later generation replaces the question's rows, and an annulment,
/// whose generation has none, removes them. A page of events is a handful of statements, however many questions it scores.
/// </summary>
public sealed class ScoreRowsProjection() : ViewProjection(
    ShardName,
    1_000,
    [typeof(QuestionDrafted), typeof(OptionsNamed), typeof(CloseRescheduled), typeof(QuestionScored)],
    [ViewTables.QuestionsName, ViewTables.RowsName, ViewTables.ForecastersName])
{
    /// <summary>The name under which the daemon keeps its progress.</summary>
    public const string ShardName = "ScoreRows";

    internal override IReadOnlyList<string> Seeks { get; } = [ViewTables.QuestionsName, ViewTables.ForecastersName, ScoreViews.RowsByQuestion];

    internal override IEnumerable<ViewStatement> StatementsFor(ViewTables tables, IReadOnlyList<ViewEvent> events) =>
    [
        .. Draft(tables, [.. events.Where(e => e.Data is QuestionDrafted)]),
        .. NameOptions(tables, [.. events.Where(e => e.Data is OptionsNamed)]),
        .. Reschedule(tables, [.. events.Where(e => e.Data is CloseRescheduled).GroupBy(e => e.Stream, StringComparer.Ordinal).Select(g => g.MaxBy(e => e.Sequence))]),
        .. Score(tables, [.. events.Where(e => e.Data is QuestionScored).GroupBy(e => e.Stream, StringComparer.Ordinal).Select(g => g.OrderBy(e => e.Sequence).ToArray())]),
    ];

    private static IEnumerable<ViewStatement> Draft(ViewTables tables, IReadOnlyList<ViewEvent> drafted)
    {
        if (drafted.Count == 0) yield break;
        var data = drafted.Select(e => (QuestionDrafted)e.Data).ToArray();
        yield return new ViewStatement(
            $"""
            insert into {tables.Questions} (question, sequence, type, options, tags, question_group, range_min, range_max, open_lower, open_upper, status_quo, opens_at, closes_at)
            select question, sequence, type, array(select jsonb_array_elements_text(options)), array(select jsonb_array_elements_text(tags)), nullif(question_group, ''),
                nullif(range_min, 'NaN'), nullif(range_max, 'NaN'), open_lower, open_upper, nullif(status_quo, ''), opens_at, closes_at
            from unnest(?::text[], ?::bigint[], ?::text[], ?::jsonb[], ?::jsonb[], ?::text[], ?::double precision[], ?::double precision[], ?::boolean[], ?::boolean[], ?::text[],
                ?::timestamptz[], ?::timestamptz[])
                as drafted (question, sequence, type, options, tags, question_group, range_min, range_max, open_lower, open_upper, status_quo, opens_at, closes_at)
            on conflict (question) do nothing
            """,
            Array.ConvertAll(data, q => q.Slug),
            drafted.Select(e => e.Sequence).ToArray(),
            Array.ConvertAll(data, q => q.Type.ToString()),
            Array.ConvertAll(data, q => SqlText.Array(q.Options)),
            Array.ConvertAll(data, q => SqlText.Array(q.Tags)),
            Array.ConvertAll(data, q => q.Group ?? ""),
            Array.ConvertAll(data, q => q.Range?.Min ?? double.NaN),
            Array.ConvertAll(data, q => q.Range?.Max ?? double.NaN),
            Array.ConvertAll(data, q => q.Range?.OpenLower ?? false),
            Array.ConvertAll(data, q => q.Range?.OpenUpper ?? false),
            Array.ConvertAll(data, q => q.StatusQuo ?? ""),
            Array.ConvertAll(data, q => q.OpensAt.ToUniversalTime()),
            Array.ConvertAll(data, q => q.ClosesAt.ToUniversalTime()));
    }

    private static IEnumerable<ViewStatement> NameOptions(ViewTables tables, IReadOnlyList<ViewEvent> named)
    {
        if (named.Count == 0) yield break;
        yield return new ViewStatement(
            $"""
            update {tables.Questions} q set options = array(select jsonb_array_elements_text(n.options)), sequence = greatest(q.sequence, n.sequence)
            from unnest(?::text[], ?::jsonb[], ?::bigint[]) as n (question, options, sequence) where q.question = n.question
            """,
            named.Select(e => StreamKeys.SlugOf(e.Stream)).ToArray(),
            named.Select(e => SqlText.Array(((OptionsNamed)e.Data).Options)).ToArray(),
            named.Select(e => e.Sequence).ToArray());
    }

    private static IEnumerable<ViewStatement> Reschedule(ViewTables tables, IReadOnlyList<ViewEvent> rescheduled)
    {
        if (rescheduled.Count == 0) yield break;
        yield return new ViewStatement(
            $"""
            update {tables.Questions} q set closes_at = r.closes_at, sequence = greatest(q.sequence, r.sequence)
            from unnest(?::text[], ?::timestamptz[], ?::bigint[]) as r (question, closes_at, sequence) where q.question = r.question
            """,
            rescheduled.Select(e => StreamKeys.SlugOf(e.Stream)).ToArray(),
            rescheduled.Select(e => ((CloseRescheduled)e.Data).ClosesAt.ToUniversalTime()).ToArray(),
            rescheduled.Select(e => e.Sequence).ToArray());
    }

    private static IEnumerable<ViewStatement> Score(ViewTables tables, IReadOnlyList<ViewEvent[]> byQuestion)
    {
        if (byQuestion.Count == 0) yield break;
        var latest = byQuestion.Select(g => g[^1]).ToArray();
        var generations = Array.ConvertAll(latest, e => (QuestionScored)e.Data);
        var questions = Array.ConvertAll(generations, g => g.Question);
        yield return new ViewStatement(
            $"""
            update {tables.Questions} q
            set generation = s.generation, sequence = greatest(q.sequence, s.sequence), last_event_read = s.last_event_read,
                outcome = nullif(s.outcome, '{OutcomeText.Unresolved}'), known_at = case when s.outcome = '{OutcomeText.Unresolved}' then null else s.known_at end
            from unnest(?::text[], ?::int[], ?::bigint[], ?::bigint[], ?::text[], ?::timestamptz[]) as s (question, generation, sequence, last_event_read, outcome, known_at)
            where q.question = s.question
            """,
            questions,
            Array.ConvertAll(generations, g => g.Generation),
            Array.ConvertAll(latest, e => e.Sequence),
            Array.ConvertAll(generations, g => g.LastEventRead),
            Array.ConvertAll(generations, g => g.Outcome),
            Array.ConvertAll(generations, g => g.KnownAt.ToUniversalTime()));

        // Before its first generation a question has no rows. Who loses one has changed as much as who gains one: at the first generation after the one that the rows are of.
        var again = byQuestion.Select(g => g[0]).Where(e => ((QuestionScored)e.Data).Generation > 1).ToArray();
        if (again.Length > 0)
        {
            yield return new ViewStatement(
                $"""
                with gone as (
                    delete from {tables.Rows} r using unnest(?::text[], ?::bigint[]) as s (question, sequence) where r.question = s.question
                    returning r.forecaster, s.sequence)
                update {tables.Forecasters} f set sequence = greatest(f.sequence, g.sequence)
                from (select forecaster, max(sequence) as sequence from gone group by forecaster) g where f.forecaster = g.forecaster
                """,
                Array.ConvertAll(again, e => ((QuestionScored)e.Data).Question),
                Array.ConvertAll(again, e => e.Sequence));
        }

        var changed = Changed(byQuestion);
        if (changed.Length == 0) yield break;
        yield return new ViewStatement(
            $"""
            insert into {tables.Forecasters} as f (forecaster, kind, sequence)
            select * from unnest(?::text[], ?::text[], ?::bigint[])
            on conflict (forecaster) do update set kind = excluded.kind, sequence = greatest(f.sequence, excluded.sequence)
            """,
            Array.ConvertAll(changed, f => f.Forecaster),
            Array.ConvertAll(changed, f => f.Kind.ToString()),
            Array.ConvertAll(changed, f => f.Sequence));

        var rows = generations.SelectMany(g => g.Rows.Select(r => (g.Question, Row: r))).ToArray();
        if (rows.Length == 0) yield break;
        var columns = ScoreColumns.All.Select(k => ScoreColumns.Of(k)!).ToArray();
        yield return new ViewStatement(
            $"""
            insert into {tables.Rows} (forecaster, question, kind, coverage, revisions, {string.Join(", ", columns)})
            select forecaster, question, kind, coverage, revisions, {string.Join(", ", columns.Select(c => $"nullif({c}, 'NaN')"))}
            from unnest(?::text[], ?::text[], ?::text[], ?::double precision[], ?::int[]{string.Concat(columns.Select(_ => ", ?::double precision[]"))})
                as scored (forecaster, question, kind, coverage, revisions, {string.Join(", ", columns)})
            """,
            [
                Array.ConvertAll(rows, r => r.Row.Forecaster),
                Array.ConvertAll(rows, r => r.Question),
                Array.ConvertAll(rows, r => r.Row.Kind.ToString()),
                Array.ConvertAll(rows, r => r.Row.Coverage),
                Array.ConvertAll(rows, r => r.Row.Revisions),
                .. ScoreColumns.All.Select(k => (object)Array.ConvertAll(rows, r => r.Row.Scores.GetValueOrDefault(k) ?? double.NaN)),
            ]);
    }

    // Everybody with a row in one of the generations, at the last of them that changed one of theirs; the same however the events fall into pages.
    private static (string Forecaster, ForecasterKind Kind, long Sequence)[] Changed(IReadOnlyList<ViewEvent[]> byQuestion)
    {
        var changed = new Dictionary<string, (ForecasterKind Kind, long Sequence)>(StringComparer.Ordinal);
        foreach (var generations in byQuestion)
        {
            IReadOnlyList<ScoreRow> before = [];
            foreach (var e in generations)
            {
                var rows = ((QuestionScored)e.Data).Rows;
                foreach (var row in before.Concat(rows))
                {
                    changed[row.Forecaster] = (row.Kind, Math.Max(e.Sequence, changed.GetValueOrDefault(row.Forecaster).Sequence));
                }

                before = rows;
            }
        }

        return [.. changed.Select(c => (c.Key, c.Value.Kind, c.Value.Sequence))];
    }
}
