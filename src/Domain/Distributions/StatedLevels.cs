using Domain.Crowds;
using Domain.Forecasts;
using Domain.Statistics;

namespace Domain.Distributions;

/// <summary>
/// The levels strictly between 0 and 1 that any standing forecast states, kept while forecasts come and go. Levels are compared as decimals: 0.75 and
/// 0.7500000000000001 are the same.
/// </summary>
internal sealed class StatedLevels
{
    private readonly Dictionary<double, int> _placeOf = [];
    private readonly double[] _levels;
    private readonly int[] _counts;
    private double[]? _standing;

    /// <param name="members">Every forecast that ever stands, a distribution each.</param>
    public StatedLevels(CrowdMembers members)
    {
        for (var i = 0; i < members.Count; i++)
        {
            foreach (ref readonly var point in ((Prediction.Quantiles)members[i].Prediction).Points.AsSpan())
                _placeOf.TryAdd(point.Level, -1);
        }

        var stated = _placeOf.Keys.Where(StatedDistribution.IsQuantile).ToArray();
        _levels = [.. stated.Select(Decimals.Rounded).Distinct().Order()];
        foreach (var level in stated)
            _placeOf[level] = Array.BinarySearch(_levels, Decimals.Rounded(level));
        _counts = new int[_levels.Length];
    }

    /// <summary>The levels of the standing forecasts, rising; valid until the next forecast comes or goes.</summary>
    public ReadOnlySpan<double> Standing => _standing ??= [.. _levels.Where((_, i) => _counts[i] > 0)];

    public void Add(Prediction.Quantiles forecast) => Count(forecast, 1);

    public void Remove(Prediction.Quantiles forecast) => Count(forecast, -1);

    private void Count(Prediction.Quantiles forecast, int by)
    {
        foreach (ref readonly var point in forecast.Points.AsSpan())
        {
            var place = _placeOf[point.Level];
            if (place < 0)
                continue;
            ref var count = ref _counts[place];
            var stood = count > 0;
            count += by;
            if (stood != count > 0)
                _standing = null;
        }
    }
}
