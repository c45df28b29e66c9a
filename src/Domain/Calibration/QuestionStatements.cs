using Domain.Forecasts;
using Domain.Scoring;
using Domain.Statistics;

namespace Domain.Calibration;

/// <summary>A forecaster's forecasts on one resolved question as statements: together they weigh 1, spread over the time in which they stood.</summary>
public static class QuestionStatements
{
    /// <summary>
    /// One statement an interval on a binary question (that it comes out yes); K of 1/K of the interval's weight on a question of K options.
    /// None where no forecast stood.
    /// </summary>
    public static IReadOnlyList<Statement> Of(IEnumerable<ForecastStep> steps, DateTimeOffset start, DateTimeOffset end, int outcome, bool isBinary)
    {
        var standing = StandingForecasts.Within(steps, start, end);
        var stood = CompensatedSum.Of(standing.Select(s => (double)(s.To - s.From)));
        var statements = new List<Statement>();
        foreach (var s in standing)
        {
            var probabilities = ((Prediction.Categorical)s.Prediction).Probabilities;
            var weight = (s.To - s.From) / stood;
            if (isBinary)
            {
                statements.Add(new Statement(probabilities[0], weight, outcome == 0));
                continue;
            }

            for (var k = 0; k < probabilities.Length; k++) statements.Add(new Statement(probabilities[k], weight / probabilities.Length, k == outcome));
        }

        return statements;
    }
}
