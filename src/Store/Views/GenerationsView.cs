using Domain.Resolutions;
using Domain.Scoring.Generations;
using Store.Events;

namespace Store.Views;

/// <summary>
/// Every outcome that a question ever had, in the order in which they were logged, and every generation of its scores with the outcome that it scored. They
/// determine which generation stood at any point in time. The rows of earlier generations stay in their events.
/// </summary>
/// <remarks>A separate view from <see cref="ScoreRowsView"/>, so that an older database builds only this one from the first event on.</remarks>
public static class GenerationsView
{
    /// <summary>The name under which the daemon keeps its progress.</summary>
    public const string ShardName = "Generations";

    private static readonly RecordSql Fields = EventSql.Record(
        "s",
        "e",
        [typeof(QuestionScored)],
        nameof(QuestionScored.Generation),
        nameof(QuestionScored.RuleSet),
        nameof(QuestionScored.TriggerEvent),
        nameof(QuestionScored.LastEventRead),
        nameof(QuestionScored.Outcome),
        nameof(QuestionScored.KnownAt)
    );

    internal static TableView View { get; } =
        new(
            ShardName,
            "generations",
            [.. EventGroups.Claims, typeof(QuestionScored)],
            [ViewTables.ClaimsName, ViewTables.GenerationsName],
            [ViewTables.ClaimsName],
            long.MaxValue,
            tables => [Claim(tables), Generation(tables)]
        );

    // An outcome that is taken back without an instant in the world is taken back from the instant of recording.
    private static string Claim(ViewTables tables) =>
        $"""
            insert into {tables.Claims} (question, sequence, outcome, known_at, recorded_at)
            select {ScoreRowsView.Slug}, e.seq_id,
                case e.type
                    when {EventSql.Name<QuestionAnnulled>()} then '{OutcomeText.Annulled}'
                    when {EventSql.Name<ResolutionTakenBack>()} then '{OutcomeText.Unresolved}'
                    else {EventSql.Text("e", nameof(QuestionResolved.Outcome), EventGroups.Claims)} end,
                coalesce({TableView.Instant(EventSql.Text("e", nameof(QuestionResolved.KnownAt), EventGroups.Claims))}, e.timestamp), e.timestamp
            from {TableView.Events("", EventGroups.Claims)}
            order by e.seq_id
            """;

    // A generation belongs to the last claim up to its trigger. Claims come before their scorings, so they are already in the table.
    private static string Generation(ViewTables tables) =>
        $"""
            insert into {tables.Generations} (question, generation, sequence, claim, rule_set, last_event_read, outcome, known_at, recorded_at)
            select {ScoreRowsView.Slug}, {Fields[nameof(QuestionScored.Generation)]}, e.seq_id,
                coalesce((
                    select max(c.sequence) from {tables.Claims} c
                    where c.question = {ScoreRowsView.Slug} and c.sequence <= least({Fields[nameof(QuestionScored.TriggerEvent)]}, e.seq_id)), 0),
                {Fields[nameof(QuestionScored.RuleSet)]}, {Fields[nameof(QuestionScored.LastEventRead)]}, {Fields[nameof(QuestionScored.Outcome)]},
                {TableView.Instant(Fields[nameof(QuestionScored.KnownAt)])}, e.timestamp
            from {TableView.Events(Fields.Join, typeof(QuestionScored))}
            order by e.seq_id
            """;
}
