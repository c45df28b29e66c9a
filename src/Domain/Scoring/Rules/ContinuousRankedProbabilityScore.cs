namespace Domain.Scoring.Rules;

/// <summary>
/// The continuous ranked probability score ∫(F(x) − 1{x ≥ y})²dx over the range. What lies beyond an end counts at the end. Source: Matheson &amp; Winkler
/// (1976);
/// Gneiting &amp; Raftery (2007).
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
    public static double Of(in DistributionForecast forecast, double outcome) => forecast.Distribution.Crps(outcome);
}
