using Domain.Questions;
using Domain.Scoring;
using Domain.Scoring.Generations;
using Marten;
using Store.Events;
using Store.Views;

namespace Store.Scoring;

/// <summary>
/// The latest generation of every question up to a sequence, as two tables for a statement: <c>heads</c>, with one row for each question, and <c>earned</c>,
/// with one row for each person or bot on it. Most rows come from the views. Those that the views do not contain yet, or that they have replaced by later ones,
/// are read from the events. So the result contains everything that was committed before the read and nothing after the sequence, regardless of the progress of
/// the views. Tags are those of the sequence too.
/// </summary>
internal static class CurrentScores
{
    private static readonly RecordSql Head = EventSql.Record(
        "s",
        "u",
        [typeof(QuestionScored)],
        nameof(QuestionScored.Outcome),
        nameof(QuestionScored.KnownAt),
        nameof(QuestionScored.RestsOn)
    );

    private static readonly RecordSql Whole = EventSql.Record("s", "u", [typeof(QuestionScored)], nameof(QuestionScored.KnownAt), nameof(QuestionScored.Rows));

    private static readonly RecordSql Row = Whole.Rows<ScoreRow>(
        "r",
        nameof(QuestionScored.Rows),
        nameof(ScoreRow.Forecaster),
        nameof(ScoreRow.Kind),
        nameof(ScoreRow.Coverage),
        nameof(ScoreRow.Scores)
    );

    private static string Tags(string side) => QuestionFieldSql.Of("e", side, nameof(QuestionFields.Tags));

    /// <summary>The beginning of a statement. The sequence is its parameter $1.</summary>
    public static string With(IReadOnlyStoreOptions options) =>
        $"""
            with reached as (
                select least($1, coalesce((select last_seq_id from {EventSql.Progress} where name = '{ScoreRowsView.ShardName}:All'), 0)) as at),
            behind as materialized (
                select distinct e.stream_id from {EventSql.Events} e where e.type = {EventSql.Name<QuestionScored>()} and e.seq_id > (select at from reached)),
            unseen as materialized (
                select {EventSql.Slug("b")} as question, {EventSql.Stored("e")}
                from behind b left join lateral (
                    select {EventSql.Stored("e")} from {EventSql.Events} e where e.stream_id = b.stream_id and e.seq_id <= $1
                        order by e.version desc limit 1) e on true),
            retagged as materialized (
                select {EventSql.Slug("e")} as question, coalesce(
                    (array_agg({Tags(nameof(QuestionEdited.After))} order by e.seq_id desc) filter (where e.seq_id <= $1))[1],
                    (array_agg({Tags(nameof(QuestionEdited.Before))} order by e.seq_id) filter (where e.seq_id > $1))[1])::jsonb as tags
                from {EventSql.Events} e
                where e.type = {EventSql.Name<QuestionEdited>()} and {QuestionFieldSql.IsChanged("e", nameof(QuestionFields.Tags))} group by 1),
            heads as (
                select q.question, case when t.question is null then q.tags else {TableView.Words("t.tags")} end as tags, q.options, q.closes_at,
                    q.known_at, q.outcome, coalesce(q.rests_on, 0) as rests_on
                from {ScoreViews.Questions} q left join retagged t on t.question = q.question
                where q.outcome is not null and q.outcome <> 'annulled' and not exists (select from unseen u where u.question = q.question)
                union all
                select u.question, case when t.question is null then {TableView.Words("q.data -> 'tags'")} else {TableView.Words("t.tags")} end,
                    {TableView.Words("q.data -> 'options'")}, {TableView.Instant(
                "q.data ->> 'closesAt'"
            )},
                    {TableView.Instant(Head[nameof(QuestionScored.KnownAt)])}, {Head[nameof(QuestionScored.Outcome)]},
                        coalesce({Head[nameof(QuestionScored.RestsOn)]}, 0)
                from unseen u {Head.Join} left join retagged t on t.question = u.question
                join {options.FindOrResolveDocumentType(typeof(Question)).TableName.QualifiedName} q on q.slug = u.question
                where {Head[nameof(QuestionScored.Outcome)]} not in ('annulled', 'unresolved')),
            earned as (
                select r.question, r.forecaster, q.known_at, r.peer, r.coverage
                from {ScoreViews.Rows} r join {ScoreViews.Questions} q using (question)
                where r.kind in ('Person', 'Bot') and q.known_at is not null and not exists (select from unseen u where u.question = r.question)
                union all
                select u.question, r.forecaster, {TableView.Instant(Whole[nameof(QuestionScored.KnownAt)])}, (r.scores ->> 'peer')::double precision, r.coverage
                from unseen u {Whole.Join} {Row.Join}
                where r.kind in ('Person', 'Bot'))

            """;
}
