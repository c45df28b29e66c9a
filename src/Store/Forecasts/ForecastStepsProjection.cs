using Domain.Forecasts;
using Domain.People;
using Store.Scores;

namespace Store.Forecasts;

/// <summary>
/// Every step of every forecast as a row, by forecaster and by question, as a rebuild makes them: a page of events is one statement. The daemon makes the
/// same rows (<see cref="ForecastStepsSubscription"/>).
/// </summary>
public sealed class ForecastStepsProjection() : ViewProjection(
    ShardName, 5_000, [typeof(ForecastSubmitted), typeof(ForecastRevised), typeof(ForecastWithdrawn)], [ViewTables.StepsName])
{
    /// <summary>The name under which the daemon keeps its progress.</summary>
    public const string ShardName = "ForecastSteps";

    internal override IReadOnlyList<string> Seeks { get; } = [];

    internal override IEnumerable<ViewStatement> StatementsFor(ViewTables tables, IReadOnlyList<ViewEvent> events)
    {
        if (events.Count == 0) yield break;
        var steps = events.Select(Read).ToArray();
        yield return new ViewStatement(
            $"""
            insert into {tables.Steps} (forecaster, sequence, question, kind, made_at, expires_at, yes, probabilities, levels, places)
            select forecaster, sequence, question, kind, made_at, nullif(expires_at, 'infinity'), nullif(yes, 'NaN'),
                nullif(probabilities, '')::double precision[], nullif(levels, '')::double precision[], nullif(places, '')::double precision[]
            from unnest(?::text[], ?::bigint[], ?::text[], ?::text[], ?::timestamptz[], ?::timestamptz[], ?::double precision[], ?::text[], ?::text[], ?::text[])
                as made (forecaster, sequence, question, kind, made_at, expires_at, yes, probabilities, levels, places)
            """,
            Array.ConvertAll(steps, s => s.Forecaster),
            Array.ConvertAll(steps, s => s.Sequence),
            Array.ConvertAll(steps, s => s.Question),
            Array.ConvertAll(steps, s => s.Kind.ToString()),
            Array.ConvertAll(steps, s => s.MadeAt.ToUniversalTime()),
            Array.ConvertAll(steps, s => s.ExpiresAt?.ToUniversalTime() ?? DateTimeOffset.MaxValue),
            Array.ConvertAll(steps, s => s.Statement?.Probability ?? double.NaN),
            Array.ConvertAll(steps, s => SqlText.Array(s.Statement?.Probabilities)),
            Array.ConvertAll(steps, s => SqlText.Array(s.Statement?.Quantiles?.Select(q => q.Level))),
            Array.ConvertAll(steps, s => SqlText.Array(s.Statement?.Quantiles?.Select(q => q.Value))));
    }

    private static Step Read(ViewEvent e) => e.Data switch
    {
        ForecastSubmitted s => new Step(s.Analyst, e.Sequence, s.Question, s.Kind, s.MadeAt, s.ExpiresAt, s.Statement),
        ForecastRevised r => new Step(r.Analyst, e.Sequence, r.Question, r.Kind, r.MadeAt, r.ExpiresAt, r.Statement),
        ForecastWithdrawn w => new Step(w.Analyst, e.Sequence, w.Question, w.Kind, w.MadeAt, null, null),
        _ => throw new InvalidOperationException($"{e.Data.GetType().Name} is no step of a forecast."),
    };

    private readonly record struct Step(
        string Forecaster, long Sequence, string Question, ForecasterKind Kind, DateTimeOffset MadeAt, DateTimeOffset? ExpiresAt, Statement? Statement);
}
