using Domain.Questions;
using Marten;
using Store.Views;

namespace Store.Scoring;

/// <summary>
/// The latest generation of every question up to a sequence, as two tables that a statement can ask: <c>heads</c>, a row a question, and <c>earned</c>, a row for
/// each person or bot on it. Most of it lies in the views; what those have not met yet, or have met too late for the sequence, is read from the events.
/// So whatever is asked, and however far the views are, everything that was committed before is in the answer, and nothing that came after the sequence.
/// </summary>
internal static class CurrentScores
{
    /// <summary>The head of a statement; the sequence is its parameter $1.</summary>
    public static string With(IReadOnlyStoreOptions options) =>
        $"""
            with reached as (
                select least($1, coalesce((select last_seq_id from {ForecastStore.Schema}.mt_event_progression where name = '{ScoreRowsView.ShardName}:All'), 0)) as at),
            behind as materialized (
                select distinct e.stream_id from {ForecastStore.Schema}.mt_events e where e.type = 'question_scored' and e.seq_id > (select at from reached)),
            unseen as materialized (
                select split_part(b.stream_id, '/', 2) as question, e.data
                from behind b left join lateral (
                    select e.data from {ForecastStore.Schema}.mt_events e where e.stream_id = b.stream_id and e.seq_id <= $1 order by e.version desc limit 1) e on true),
            heads as (
                select q.question, q.tags, q.options, q.closes_at, q.known_at, q.outcome, coalesce(q.rests_on, 0) as rests_on
                from {ScoreViews.Questions} q
                where q.outcome is not null and q.outcome <> 'annulled' and not exists (select from unseen u where u.question = q.question)
                union all
                select u.question, {TableView.Words("q.data -> 'tags'")}, {TableView.Words("q.data -> 'options'")}, {TableView.Instant(
                "q.data ->> 'closesAt'"
            )},
                    {TableView.Instant("s.\"knownAt\"")}, s.outcome, coalesce(s."restsOn", 0)
                from unseen u cross join lateral jsonb_to_record(u.data) as s (outcome text, "knownAt" text, "restsOn" bigint)
                join {options.FindOrResolveDocumentType(typeof(Question)).TableName.QualifiedName} q on q.slug = u.question
                where s.outcome not in ('annulled', 'unresolved')),
            earned as (
                select r.question, r.forecaster, q.known_at, r.peer, r.coverage
                from {ScoreViews.Rows} r join {ScoreViews.Questions} q using (question)
                where r.kind in ('Person', 'Bot') and q.known_at is not null and not exists (select from unseen u where u.question = r.question)
                union all
                select u.question, r.forecaster, {TableView.Instant("s.\"knownAt\"")}, (r.scores ->> 'peer')::double precision, r.coverage
                from unseen u cross join lateral jsonb_to_record(u.data) as s ("knownAt" text, rows jsonb)
                cross join lateral jsonb_to_recordset(s.rows) as r (forecaster text, kind text, coverage double precision, scores jsonb)
                where r.kind in ('Person', 'Bot'))

            """;
}
