using Domain.Distributions;
using Domain.Forecasts;
using Domain.Statistics;

namespace Domain.Scoring.Rules;

/// <summary>
/// The mean quantile loss over the stated quantiles, each level strictly between 0 and 1 once, at its least value. Source: Koenker &amp; Bassett (1978).
/// </summary>
public readonly struct PinballLoss : IDistributionRule
{
    /// <inheritdoc/>
    public static ScoringRule Rule { get; } =
        new()
        {
            Name = "pinball",
            Formula =
                "mean over the stated quantiles q of level τ, 0 < τ < 1, each level once, at its least value: τ·(y − q) where y ≥ q, else (1 − τ)·(q − y)",
            Unit = "the question's unit",
            Least = 0,
            Greatest = double.PositiveInfinity,
            Orientation = ScoreOrientation.LowerIsBetter,
            Source = "Koenker & Bassett 1978",
            Use = "where the quantiles alone are meant, not what lies between them",
            UndefinedNote = "A forecast states no level strictly between 0 and 1, so that there is no quantile loss to take.",
        };

    /// <inheritdoc/>
    public static double Of(in DistributionForecast forecast, double outcome) =>
        forecast.Stated is { } stated ? OfPoints(stated, outcome) : OfLevels(forecast.Distribution, forecast.Levels, outcome);

    private static double OfPoints(Prediction.Quantiles stated, double outcome)
    {
        var sum = default(CompensatedSum);
        var (count, taken) = (0, 0.0);
        foreach (var (level, value) in stated.Points)
        {
            // Values never fall, so that a level's first point is its least value.
            if (!StatedDistribution.IsQuantile(level) || (count > 0 && Decimals.AreEqual(level, taken)))
                continue;
            sum.Add(Loss(level, value, outcome));
            (count, taken) = (count + 1, level);
        }

        return count == 0 ? double.NaN : sum.Value / count;
    }

    private static double OfLevels(StatedDistribution distribution, ReadOnlySpan<double> levels, double outcome)
    {
        var sum = default(CompensatedSum);
        var reached = 0;
        foreach (var level in levels)
            sum.Add(Loss(level, distribution.Quantile(level, ref reached), outcome));
        return levels.Length == 0 ? double.NaN : sum.Value / levels.Length;
    }

    private static double Loss(double level, double value, double outcome) => outcome >= value ? (outcome - value) * level : (value - outcome) * (1 - level);
}
