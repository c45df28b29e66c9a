using Domain.Questions;
using Domain.Scoring;
using Domain.Scoring.Generations;
using Marten;
using Npgsql;
using Store.Events;
using Store.Views;
using Weasel.Postgresql.Tables;

namespace Store.Scoring;

/// <summary>A question whose scores rest on other questions that have changed since.</summary>
/// <param name="Question">The question.</param>
/// <param name="Because">The question that changed, or one of them.</param>
/// <param name="OutcomesAsOf">The instant up to which the change goes, in the order in which outcomes became known.</param>
public sealed record Dependent(string Question, string Because, DateTimeOffset OutcomesAsOf);

/// <summary>
/// The questions whose consensus or reference rests on generations of other questions. The database keeps the last generation that has been followed. The later
/// generations determine which questions wait, so a killed process loses none.
/// </summary>
/// <remarks>
/// A generation affects other questions in two ways. Its outcome affects those with the same first tag and number of options. The scores of persons and bots
/// affect those on which they forecast. If either differs from the generation before, the questions are affected whose scoring window ends after the earlier of
/// the two instants at which the outcome was known, unless they were scored after the generation. The effect goes no further, since no peer score rests on
/// other questions.
/// <para>
/// Tags are edited, and no score is made anew for it: a generation rests on the outcomes of the tag that its question had, on questions that had it, at its
/// scoring. So all tags that either ever had count here, first tags of the one and any of the other. One too many costs no more than a scoring.
/// </para>
/// </remarks>
public static class Dependents
{
    internal const string Followed = $"{ForecastStore.Schema}.followed_scorings";

    private static readonly RecordSql Told = EventSql.Record(
        "s",
        "e",
        [typeof(QuestionScored)],
        nameof(QuestionScored.Outcome),
        nameof(QuestionScored.KnownAt),
        nameof(QuestionScored.OutcomesAsOf),
        nameof(QuestionScored.Rows)
    );

    internal static Table Table()
    {
        var table = new Table(Followed);
        table.AddColumn("id", "integer").AsPrimaryKey();
        table.AddColumn("upto", "bigint").NotNull();
        return table;
    }

    /// <summary>An SQL expression for the sequence of the last generation that has been followed.</summary>
    internal const string FollowedUpto = $"coalesce((select upto from {Followed} where id = 1), 0)";

    private static RecordSql Rows(string generations) =>
        new(
            "r",
            $"{generations}.rows",
            [typeof(ScoreRow)],
            [nameof(ScoreRow.Forecaster), nameof(ScoreRow.Kind), nameof(ScoreRow.Coverage), nameof(ScoreRow.Scores)],
            isList: true
        );

    private static string Tags(string side) => QuestionFieldSql.Of("e", side, nameof(QuestionFields.Tags));

    /// <summary>
    /// The changes of each group, as two arrays in the order of their sequences: the sequences, and the earliest instant of each change and those after it.
    /// </summary>
    private static string Ordered(string by, string changes) =>
        $"""
            select {by}, array_agg(seq_id order by seq_id) as sequences, array_agg(earliest order by seq_id) as earliest
            from (select {by}, seq_id, min(known_at) over (partition by {by} order by seq_id desc rows unbounded preceding) as earliest
                from {changes}) o group by {by}
            """;

    // After an import, each question is beside every change of its forecasters and of its tag, and nearly none of them affects it. Pairs of both would be
    // quadratic; this finds by halving whether there is one.
    /// <summary>
    /// Whether a change of the group <c>c</c> comes after what the question <c>h</c> rests on and before its end. The question's own changes count here.
    /// </summary>
    private const string AnyAfter = "c.earliest[width_bucket(h.rests_on, c.sequences) + 1] < h.ends_at";

    /// <summary>The last generation that has been followed, and the last one on record.</summary>
    public static async Task<(long Followed, long Last)> ProgressAsync(NpgsqlConnection connection, CancellationToken token)
    {
        await using var command = new NpgsqlCommand($"select {FollowedUpto}, ({ScoringOrder.Last})", connection);
        await using var reader = await command.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>Records that everything that rests on generations up to a sequence has been scored again.</summary>
    internal static async Task NoteAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, long upto, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"insert into {Followed} as f (id, upto) values (1, $1) on conflict (id) do update set upto = greatest(f.upto, excluded.upto)",
            connection,
            transaction
        )
        {
            Parameters = { new() { Value = upto } },
        };
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>The questions that rest on changes by the generations after one sequence and up to another.</summary>
    public static async Task<IReadOnlyList<Dependent>> OfAsync(
        NpgsqlConnection connection,
        IReadOnlyStoreOptions options,
        long after,
        long upto,
        CancellationToken token
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        if (after >= upto)
            return [];
        var questions = options.FindOrResolveDocumentType(typeof(Domain.Questions.Question)).TableName.QualifiedName;
        await using var command = new NpgsqlCommand(
            $"""
            {CurrentScores.With(options)},
            made as materialized (
                select {EventSql.Slug("e")} as question, e.seq_id, e.stream_id, e.version, {Told[nameof(QuestionScored.Outcome)]},
                    {TableView.Instant(Told[nameof(QuestionScored.KnownAt)])} as known_at,
                    {TableView.Instant($"coalesce({Told[nameof(QuestionScored.OutcomesAsOf)]}, {Told[nameof(QuestionScored.KnownAt)]})")} as as_of,
                        {Told[nameof(QuestionScored.Rows)]}
                from {EventSql.Events} e {Told.Join}
                where e.type = {EventSql.Name<QuestionScored>()} and e.seq_id > $2 and e.seq_id <= $3),
            before as materialized (
                select m.question, m.seq_id, {Told[nameof(QuestionScored.Outcome)]}, {TableView.Instant(Told[nameof(QuestionScored.KnownAt)])} as known_at,
                    {Told[nameof(QuestionScored.Rows)]}
                from made m join {EventSql.Events} e on e.stream_id = m.stream_id and e.version = m.version - 1 {Told.Join}),
            earned_after as (
                select m.question, m.seq_id, r.forecaster, m.known_at, r.scores -> 'peer' as peer, r.coverage
                from made m {Rows("m").Join} where r.kind in ('Person', 'Bot') and r.scores ->> 'peer' is not null),
            earned_before as (
                select b.question, b.seq_id, r.forecaster, b.known_at, r.scores -> 'peer' as peer, r.coverage
                from before b {Rows("b").Join} where r.kind in ('Person', 'Bot') and r.scores ->> 'peer' is not null),
            changed_scores as materialized (
                select question, seq_id, forecaster, min(known_at) as known_at
                from ((table earned_after except table earned_before) union all (table earned_before except table earned_after)) c group by 1, 2, 3),
            came_out_after as (select question, seq_id, outcome, known_at from made where outcome not in ('annulled', 'unresolved')),
            came_out_before as (select question, seq_id, outcome, known_at from before where outcome not in ('annulled', 'unresolved')),
            edited_tags as materialized (
                select {EventSql.Slug("e")} as question, {TableView.Words("s.tags")} as tags
                from {EventSql.Events} e cross join lateral (values ({Tags(nameof(QuestionEdited.Before))}::jsonb), ({Tags(
                nameof(QuestionEdited.After)
            )}::jsonb)) s (tags)
                where e.type = {EventSql.Name<QuestionEdited>()} and {QuestionFieldSql.IsChanged("e", nameof(QuestionFields.Tags))}),
            changed_outcomes as materialized (
                select c.question, c.seq_id, c.known_at, {TableView.Words("q.data -> 'tags'")} || coalesce(t.tags, array[]::text[]) as tags,
                    jsonb_array_length(q.data -> 'options') as options
                from (
                    select question, seq_id, min(known_at) as known_at
                    from ((table came_out_after except table came_out_before) union all (table came_out_before except table came_out_after)) c
                    group by 1, 2) c
                join {questions} q on q.slug = c.question
                left join (select e.question, array_agg(distinct tag) as tags from edited_tags e cross join lateral unnest(e.tags) as tag group by 1) t
                    on t.question = c.question),
            standing as materialized (
                select h.question, h.tags[1] as tag, cardinality(h.options) as options, least(h.closes_at, h.known_at) as ends_at, h.rests_on from heads h),
            standing_by_tag as materialized (
                select question, tag, options, ends_at, rests_on from standing
                union select s.question, e.tags[1], s.options, s.ends_at, s.rests_on from standing s join edited_tags e on e.question = s.question),
            changed_scorers as materialized ({Ordered("forecaster", "changed_scores")}),
            changed_tags as materialized ({Ordered(
                "tag, options",
                "(select distinct c.seq_id, c.known_at, tag, c.options from changed_outcomes c cross join lateral unnest(c.tags) as tag where c.options > 0) t"
            )}),
            by_scores as materialized (
                select h.question, h.ends_at, h.rests_on, c.forecaster
                from changed_scorers c join earned r on r.forecaster = c.forecaster join standing h on h.question = r.question where {AnyAfter}),
            by_outcomes as materialized (
                select h.question, h.ends_at, h.rests_on, h.tag, h.options
                from changed_tags c join standing_by_tag h on h.tag = c.tag and h.options = c.options where {AnyAfter}),
            dependents as (
                select h.question, c.question as because, c.seq_id
                from by_scores h join changed_scores c on c.forecaster = h.forecaster
                where c.question <> h.question and h.ends_at > c.known_at and h.rests_on < c.seq_id
                union all
                select h.question, c.question, c.seq_id
                from by_outcomes h join changed_outcomes c on c.options = h.options and h.tag = any(c.tags)
                where c.question <> h.question and h.ends_at > c.known_at and h.rests_on < c.seq_id)
            select d.question, min(d.because), max(m.as_of) from dependents d join made m on m.seq_id = d.seq_id group by d.question order by d.question
            """,
            connection
        );
        command.CommandTimeout = 600;
        foreach (var sequence in (long[])[long.MaxValue, after, upto])
            command.Parameters.Add(new NpgsqlParameter { Value = sequence });
        await using var reader = await command.ExecuteReaderAsync(token);
        var found = new List<Dependent>();
        while (await reader.ReadAsync(token))
            found.Add(new Dependent(reader.GetString(0), reader.GetString(1), new DateTimeOffset(reader.GetDateTime(2), TimeSpan.Zero)));
        return found;
    }
}
