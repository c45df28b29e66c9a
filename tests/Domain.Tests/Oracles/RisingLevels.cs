using Domain.Forecasts;

namespace Domain.Tests.Oracles;

/// <summary>States any cumulative distribution function by quantiles, steps and flat stretches too.</summary>
internal static class RisingLevels
{
    /// <summary>The points with levels that lie in (0, 1) and rise strictly: each by no more than the smallest step of a double from what was meant.</summary>
    public static List<Quantile> Of(IEnumerable<(double Level, double Value)> points)
    {
        var rising = new List<Quantile>();
        foreach (var (level, value) in points)
        {
            var at = Math.Min(Math.Max(level, rising.Count == 0 ? double.Epsilon : Math.BitIncrement(rising[^1].Level)), Math.BitDecrement(1));
            if (rising.Count == 0 || at > rising[^1].Level)
                rising.Add(new Quantile(at, value));
            else if (rising[^1].Value < value)
                rising[^1] = new Quantile(at, value);
        }

        return rising;
    }
}
