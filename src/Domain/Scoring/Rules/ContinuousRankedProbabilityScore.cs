using Domain.Statistics;

namespace Domain.Scoring.Rules;

/// <summary>
/// The continuous ranked probability score ∫(F(x) − 1{x ≥ y})²dx over the range. What lies beyond an end counts at the end. Source: Matheson &amp; Winkler
/// (1976); Gneiting &amp; Raftery (2007).
/// </summary>
public readonly struct ContinuousRankedProbabilityScore : IDistributionRule
{
    /// <inheritdoc/>
    public static ScoringRule Rule { get; } =
        new()
        {
            Name = "crps",
            Formula = "∫(F(x) − 1{x ≥ y})²dx over the range",
            Unit = "the question's unit",
            Least = 0,
            Greatest = double.PositiveInfinity,
            Orientation = ScoreOrientation.LowerIsBetter,
            Source = "Matheson & Winkler 1976; Gneiting & Raftery 2007",
            Use = "for numbers and dates",
        };

    /// <inheritdoc/>
    public static double Of(in DistributionForecast forecast, double outcome)
    {
        var x = forecast.Distribution.Points;
        var f = forecast.Distribution.Levels;
        var y = Math.Clamp(outcome, forecast.Distribution.Range.Min, forecast.Distribution.Range.Max);
        var sum = default(CompensatedSum);
        for (var i = 1; i < x.Length; i++)
        {
            var (x0, f0, x1, f1) = (x[i - 1], f[i - 1], x[i], f[i]);
            if (x0 == x1)
                continue;
            if (y <= x0)
                sum.Add(SquareIntegral(x1 - x0, f0 - 1, f1 - 1));
            else if (y >= x1)
                sum.Add(SquareIntegral(x1 - x0, f0, f1));
            else
            {
                var fy = f0 + ((f1 - f0) * (y - x0) / (x1 - x0));
                sum.Add(SquareIntegral(y - x0, f0, fy));
                sum.Add(SquareIntegral(x1 - y, fy - 1, f1 - 1));
            }
        }

        return sum.Value;
    }

    // The integral of the square of a linear function from one value to another.
    private static double SquareIntegral(double length, double from, double to) => length * ((from * from) + (from * to) + (to * to)) / 3;
}
