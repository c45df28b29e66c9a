using Domain.Forecasts;
using Store.Events;

namespace Store.Views;

/// <summary>
/// Every step of every forecast as a row, indexed by forecaster and by question, so that one analyst's steps on ten thousand questions are one range of an
/// index.
/// </summary>
public static class ForecastStepsView
{
    /// <summary>The name under which the daemon keeps its progress.</summary>
    public const string ShardName = "ForecastSteps";

    // A record is unpacked once and not once for each of its fields.
    private static readonly RecordSql Step = EventSql.Record(
        "d",
        "e",
        EventGroups.Steps,
        nameof(ForecastRevised.Analyst),
        nameof(ForecastRevised.Question),
        nameof(ForecastRevised.Kind),
        nameof(ForecastRevised.MadeAt),
        nameof(ForecastRevised.ExpiresAt),
        nameof(ForecastRevised.Statement)
    );

    private static readonly RecordSql Stated = Step.Inner<Statement>(
        "s",
        nameof(ForecastRevised.Statement),
        nameof(Statement.Probability),
        nameof(Statement.Probabilities),
        nameof(Statement.Quantiles),
        nameof(Statement.Seal),
        nameof(Statement.RevealedAt)
    );

    internal static TableView View { get; } = new(ShardName, "forecast-steps", EventGroups.Steps, [ViewTables.StepsName], [], 50_000, Statements);

    private static IReadOnlyList<string> Statements(ViewTables tables) =>
        [
            $$"""
                insert into {{tables.Steps}} (forecaster, sequence, question, kind, made_at, expires_at, yes, probabilities, levels, places, sealed,
                    revealed_at)
                select {{Step[nameof(ForecastRevised.Analyst)]}}, e.seq_id, {{Step[nameof(ForecastRevised.Question)]}}, {{Step[nameof(ForecastRevised.Kind)]}},
                    {{TableView.Instant(Step[nameof(ForecastRevised.MadeAt)])}}, {{TableView.Instant(Step[nameof(ForecastRevised.ExpiresAt)])}},
                    {{Stated[nameof(Statement.Probability)]}}, {{TableView.Numbers(Stated[nameof(Statement.Probabilities)], "n #>> '{}'")}},
                    {{TableView.Numbers(Stated[nameof(Statement.Quantiles)], "n ->> 'level'")}},
                    {{TableView.Numbers(Stated[nameof(Statement.Quantiles)], "n ->> 'value'")}},
                    case when {{Stated[nameof(Statement.Seal)]}} is not null then true end, {{TableView.Instant(Stated[nameof(Statement.RevealedAt)])}}
                from {{TableView.Events($"{Step.Join} {Stated.Join}", EventGroups.Steps)}}
                order by e.seq_id
                """,
        ];
}
