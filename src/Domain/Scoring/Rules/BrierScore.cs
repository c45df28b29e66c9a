namespace Domain.Scoring.Rules;

/// <summary>The Brier score on the scale from 0 to 1: ½·Σ(pₖ − oₖ)², which on a binary question is (p − o)². Source: Brier (1950), halved.</summary>
public readonly struct BrierScore : ICategoricalRule
{
    /// <inheritdoc/>
    public static ScoringRule Rule { get; } =
        new()
        {
            Name = "brier",
            Formula = "½·Σ(pₖ − oₖ)², for yes or no (p − o)²",
            Least = 0,
            Greatest = 1,
            Orientation = ScoreOrientation.LowerIsBetter,
            Source = "Brier 1950, halved",
            Use = "as the plain measure",
            Reads = RuleReading.Multiple<BrierGjpScore>(0.5),
        };

    /// <inheritdoc/>
    public static double Of(ReadOnlySpan<double> p, int outcome) => BrierGjpScore.Of(p, outcome) / 2;

    /// <inheritdoc/>
    public static double Of(ReadOnlySpan<double> p, ReadOnlySpan<double> degrees) => BrierGjpScore.Of(p, degrees) / 2;
}
