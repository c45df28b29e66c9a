using Domain.Forecasts;

namespace Store.Views;

/// <summary>Every step of every forecast as a row, by forecaster and by question, so that one analyst's steps on ten thousand questions are one range of an index.</summary>
public static class ForecastStepsView
{
    /// <summary>The name under which the daemon keeps its progress.</summary>
    public const string ShardName = "ForecastSteps";

    // A record is taken apart once and not once for each of its fields.
    private const string Fields = """
        cross join lateral jsonb_to_record(e.data) as d (analyst text, question text, kind text, "madeAt" text, "expiresAt" text, statement jsonb)
        cross join lateral jsonb_to_record(d.statement) as s (probability double precision, probabilities jsonb, quantiles jsonb)
        """;

    private static readonly Type[] Steps = [typeof(ForecastSubmitted), typeof(ForecastRevised), typeof(ForecastWithdrawn)];

    internal static TableView View { get; } = new(ShardName, "forecast-steps", Steps, [ViewTables.StepsName], [], 50_000, Statements);

    private static IReadOnlyList<string> Statements(ViewTables tables) =>
        [
            $$"""
                insert into {{tables.Steps}} (forecaster, sequence, question, kind, made_at, expires_at, yes, probabilities, levels, places)
                select d.analyst, e.seq_id, d.question, d.kind, {{TableView.Instant("d.\"madeAt\"")}}, {{TableView.Instant("d.\"expiresAt\"")}}, s.probability,
                    {{TableView.Numbers("s.probabilities", "n #>> '{}'")}}, {{TableView.Numbers("s.quantiles", "n ->> 'level'")}}, {{TableView.Numbers(
                    "s.quantiles",
                    "n ->> 'value'"
                )}}
                from {{TableView.Events(Fields, Steps)}}
                order by e.seq_id
                """,
        ];
}
