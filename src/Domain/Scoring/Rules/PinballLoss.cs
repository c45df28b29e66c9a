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
    public static double Of(in DistributionForecast forecast, double outcome) => forecast.MeanQuantileLoss(outcome);
}
