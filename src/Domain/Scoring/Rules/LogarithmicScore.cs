using Domain.Statistics;

namespace Domain.Scoring.Rules;

/// <summary>The logarithmic score −ln p(o) of the clipped probability, in nats. Source: Good (1952).</summary>
public readonly struct LogarithmicScore : ICategoricalRule
{
    /// <inheritdoc/>
    public static ScoringRule Rule { get; } =
        new()
        {
            Name = "log",
            Formula = "−ln p(o), p clipped to [0.001, 0.999]",
            Least = -Math.Log(ClippedProbability.Highest),
            Greatest = -Math.Log(ClippedProbability.Lowest),
            Orientation = ScoreOrientation.LowerIsBetter,
            Source = "Good 1952",
            Use = "where confident errors should cost most",
            Reads = RuleReading.LogP(-1),
        };

    /// <inheritdoc/>
    public static double Of(ReadOnlySpan<double> p, int outcome) => -Math.Log(ClippedProbability.Of(p[outcome]));

    /// <summary>−Σ oₖ·ln pₖ of the clipped probabilities.</summary>
    /// <inheritdoc/>
    public static double Of(ReadOnlySpan<double> p, ReadOnlySpan<double> degrees)
    {
        var sum = default(CompensatedSum);
        for (var k = 0; k < p.Length; k++)
        {
            if (degrees[k] > 0)
                sum.Add(-degrees[k] * Math.Log(ClippedProbability.Of(p[k])));
        }

        return sum.Value;
    }
}
