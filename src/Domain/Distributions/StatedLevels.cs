using Domain.Forecasts;
using Domain.Statistics;

namespace Domain.Distributions;

/// <summary>
/// The levels strictly between 0 and 1 that any standing forecast states, kept while forecasts come and go. Levels are compared as decimals: 0.75 and
/// 0.7500000000000001 are the same.
/// </summary>
internal sealed class StatedLevels
{
    private readonly double[] _levels;
    private readonly int[] _counts;
    private double[]? _standing;

    /// <param name="stated">Every forecast that ever stands.</param>
    public StatedLevels(Prediction.Quantiles[] stated)
    {
        var levels = new HashSet<double>();
        foreach (var forecast in stated)
        {
            foreach (var (level, _) in forecast.Points)
            {
                if (StatedDistribution.IsQuantile(level))
                    levels.Add(Decimals.Rounded(level));
            }
        }

        _levels = [.. levels];
        Array.Sort(_levels);
        _counts = new int[_levels.Length];
    }

    /// <summary>The levels of the standing forecasts, rising; valid until the next forecast comes or goes.</summary>
    public ReadOnlySpan<double> Standing => _standing ??= [.. _levels.Where((_, i) => _counts[i] > 0)];

    public void Add(Prediction.Quantiles forecast) => Count(forecast, 1);

    public void Remove(Prediction.Quantiles forecast) => Count(forecast, -1);

    private void Count(Prediction.Quantiles forecast, int by)
    {
        _standing = null;
        foreach (var (level, _) in forecast.Points)
        {
            if (StatedDistribution.IsQuantile(level))
                _counts[Array.BinarySearch(_levels, Decimals.Rounded(level))] += by;
        }
    }
}
