using Domain.Consensus;
using Domain.Forecasts;
using Store.Events;

namespace Store.Views;

/// <summary>
/// The forecasters with imported steps on each question, and when these were recorded. It shows for any generation, including old ones, whether a row rests on
/// an imported step. Steps of the crowd's members are also noted for the consensus, under the prefix of its names.
/// </summary>
/// <remarks>
/// A separate view from <see cref="ScoreRowsView"/>, so that an older database builds only this one from the first event on. If nothing was imported onto live
/// questions, its index of those is empty, and a leaderboard leaves them out at no cost.
/// </remarks>
public static class ImportedStepsView
{
    /// <summary>The name under which the daemon keeps its progress.</summary>
    public const string ShardName = "ImportedSteps";

    private static readonly RecordSql Step = EventSql.Record(
        "d",
        "e",
        EventGroups.Steps,
        nameof(ForecastRevised.Analyst),
        nameof(ForecastRevised.Question),
        nameof(ForecastRevised.Kind),
        nameof(ForecastRevised.Imported)
    );

    private static readonly string Fields = $"""
        {Step.Join}
        cross join lateral (values (d.analyst), (case when d.kind in ('Person', 'Bot', 'Consensus') then '{ConsensusMethods.Prefix}' end)) as n (forecaster)
        """;

    internal static TableView View { get; } =
        new(ShardName, "imported-steps", EventGroups.Steps, [ViewTables.ImportedName], [ViewTables.ImportedName], 50_000, Statements);

    private static IReadOnlyList<string> Statements(ViewTables tables) =>
        [
            $"""
                insert into {tables.Imported} as i (question, forecaster, recorded_at, sequence, live)
                select s.question, s.forecaster, s.recorded_at, s.sequence, not {TableView.IsImported("s.question")} from (
                    select d.question, n.forecaster, e.timestamp as recorded_at, min(e.seq_id) as sequence
                    from {TableView.Events(
                    Fields,
                    EventGroups.Steps
                )} and d.imported and n.forecaster is not null group by d.question, n.forecaster, e.timestamp) s
                order by s.question, s.forecaster, s.recorded_at
                on conflict (question, forecaster, recorded_at) do update set sequence = least(i.sequence, excluded.sequence)
                """,
        ];
}
