using Domain.Questions;
using Domain.Statistics;

namespace Domain.Scoring.Rules;

/// <summary>
/// The ordered Brier score: the mean, over the K − 1 splits between neighboring options, of the two-sided Brier score of the split. Source: Jose, Nau &amp;
/// Winkler
/// (2009).
/// </summary>
public readonly struct OrderedBrierScore : ICategoricalRule
{
    /// <inheritdoc/>
    public static ScoringRule Rule { get; } =
        new()
        {
            Name = "brierOrdered",
            Formula = "mean over the K − 1 splits of the two-sided Brier score of the split",
            Least = 0,
            Greatest = 2,
            Orientation = ScoreOrientation.LowerIsBetter,
            Source = "Jose, Nau & Winkler 2009",
            Use = "where options have an order, and near misses should cost less",
            AppliesTo = [.. QuestionTypes.All.Where(QuestionTypes.HasOrder)],
        };

    /// <inheritdoc/>
    public static double Of(ReadOnlySpan<double> p, int outcome)
    {
        var sum = default(CompensatedSum);
        var below = default(CompensatedSum);
        for (var split = 0; split < p.Length - 1; split++)
        {
            below.Add(p[split]);
            var miss = below.Value - (outcome <= split ? 1 : 0);
            sum.Add(2 * miss * miss);
        }

        return sum.Value / (p.Length - 1);
    }

    /// <inheritdoc/>
    public static double Of(ReadOnlySpan<double> p, ReadOnlySpan<double> degrees)
    {
        CompensatedSum sum = default,
            below = default;
        for (var split = 0; split < p.Length - 1; split++)
        {
            below.Add(p[split]);
            below.Add(-degrees[split]);
            sum.Add(2 * below.Value * below.Value);
        }

        return sum.Value / (p.Length - 1);
    }
}
