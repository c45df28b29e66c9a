using Domain.Statistics;

namespace Domain.Scoring.Rules;

/// <summary>The two-sided Brier score, as Good Judgment prints it: Σ(pₖ − oₖ)². Source: Brier (1950).</summary>
public readonly struct BrierGjpScore : ICategoricalRule
{
    /// <inheritdoc/>
    public static ScoringRule Rule { get; } =
        new()
        {
            Name = "brierGjp",
            Formula = "Σ(pₖ − oₖ)²",
            Least = 0,
            Greatest = 2,
            Orientation = ScoreOrientation.LowerIsBetter,
            Source = "Brier 1950",
            Use = "beside figures of Good Judgment and its heirs, which print this scale",
        };

    /// <inheritdoc/>
    public static double Of(ReadOnlySpan<double> p, int outcome)
    {
        if (p.Length == 2)
        {
            var (miss0, miss1) = (p[0] - (1 - outcome), p[1] - outcome);
            return (miss0 * miss0) + (miss1 * miss1);
        }

        var sum = default(CompensatedSum);
        for (var k = 0; k < p.Length; k++)
        {
            var miss = p[k] - (k == outcome ? 1 : 0);
            sum.Add(miss * miss);
        }

        return sum.Value;
    }

    /// <inheritdoc/>
    public static double Of(ReadOnlySpan<double> p, ReadOnlySpan<double> degrees)
    {
        var sum = default(CompensatedSum);
        for (var k = 0; k < p.Length; k++)
            sum.Add((p[k] - degrees[k]) * (p[k] - degrees[k]));
        return sum.Value;
    }
}
