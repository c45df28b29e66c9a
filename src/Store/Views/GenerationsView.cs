using Domain.Resolutions;
using Domain.Scoring.Generations;
using Store.Events;

namespace Store.Views;

/// <summary>
/// Every outcome that a question ever had, in the order in which they were logged, and every generation of its scores with the outcome that it scored: out of
/// these it is told which generation stood at any point in time. The rows of earlier generations stay in their events.
/// </summary>
/// <remarks>It is a view of its own beside <see cref="ScoreRowsView"/>: a database from before it has it made from the first event on, while the others stay as they are.</remarks>
public static class GenerationsView
{
    /// <summary>The name under which the daemon keeps its progress.</summary>
    public const string ShardName = "Generations";

    private static readonly Type[] Claims = [typeof(QuestionResolved), typeof(ResolutionCorrected), typeof(QuestionAnnulled), typeof(ResolutionTakenBack)];

    /// <summary>The types of the events that say how a question came out, as text of a statement.</summary>
    internal static readonly string ClaimTypes = string.Join(", ", Claims.Select(t => $"'{EventNames.All[t]}'"));

    internal static TableView View { get; } =
        new(
            ShardName,
            "generations",
            [.. Claims, typeof(QuestionScored)],
            [ViewTables.ClaimsName, ViewTables.GenerationsName],
            [ViewTables.ClaimsName],
            long.MaxValue,
            tables => [Claim(tables), Generation(tables)]
        );

    // What is taken back without an instant in the world is so from when it was recorded.
    private static string Claim(ViewTables tables) =>
        $"""
            insert into {tables.Claims} (question, sequence, outcome, known_at, recorded_at)
            select {ScoreRowsView.Slug}, e.seq_id,
                case e.type when '{EventNames.All[typeof(QuestionAnnulled)]}' then '{OutcomeText.Annulled}' when '{EventNames.All[
                typeof(ResolutionTakenBack)
            ]}' then '{OutcomeText.Unresolved}'
                    else e.data ->> 'outcome' end,
                coalesce({TableView.Instant("(e.data ->> 'knownAt')")}, e.timestamp), e.timestamp
            from {TableView.Events("", Claims)}
            order by e.seq_id
            """;

    // A generation is of the last claim that its trigger met. Claims come before what scores them, so that they are in the table by now.
    private static string Generation(ViewTables tables)
    {
        const string fields = """
            cross join lateral jsonb_to_record(e.data) as s (generation int, "ruleSet" text, "triggerEvent" bigint, "lastEventRead" bigint, outcome text, "knownAt" text)
            """;
        return $"""
            insert into {tables.Generations} (question, generation, sequence, claim, rule_set, last_event_read, outcome, known_at, recorded_at)
            select {ScoreRowsView.Slug}, s.generation, e.seq_id,
                coalesce((select max(c.sequence) from {tables.Claims} c where c.question = {ScoreRowsView.Slug} and c.sequence <= least(s."triggerEvent", e.seq_id)), 0),
                s."ruleSet", s."lastEventRead", s.outcome, {TableView.Instant("s.\"knownAt\"")}, e.timestamp
            from {TableView.Events(fields, typeof(QuestionScored))}
            order by e.seq_id
            """;
    }
}
