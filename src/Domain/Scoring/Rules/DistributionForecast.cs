using Domain.Distributions;
using Domain.Forecasts;

namespace Domain.Scoring.Rules;

/// <summary>A distribution, and what it was stated by: somebody's points, or, for a consensus, the levels that those in it stated.</summary>
public readonly ref struct DistributionForecast
{
    /// <summary>What somebody stated.</summary>
    public DistributionForecast(StatedDistribution distribution, Prediction.Quantiles stated) => (Distribution, Stated) = (distribution, stated);

    /// <summary>What a consensus says.</summary>
    /// <param name="distribution">Its distribution.</param>
    /// <param name="levels">The levels strictly between 0 and 1 at which its quantiles are taken, rising.</param>
    public DistributionForecast(StatedDistribution distribution, ReadOnlySpan<double> levels)
    {
        Distribution = distribution;
        Levels = levels;
    }

    /// <summary>The cumulative distribution on the question's range.</summary>
    public StatedDistribution Distribution { get; }

    /// <summary>The points that somebody stated; null for a consensus.</summary>
    public Prediction.Quantiles? Stated { get; }

    /// <summary>The levels strictly between 0 and 1 at which the quantiles of a consensus are taken, rising; none if <see cref="Stated"/> is given.</summary>
    public ReadOnlySpan<double> Levels { get; }
}
