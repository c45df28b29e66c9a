using Domain.Distributions;
using Domain.Forecasts;

namespace Api.Forecasts;

/// <summary>Quantiles as pictures show them.</summary>
internal static class StatedQuantiles
{
    /// <summary>
    /// The value at a level: as stated, and between two points on the line from one to the other; beyond the outermost level, of the distribution that is
    /// scored.
    /// </summary>
    /// <param name="stated">What was stated.</param>
    /// <param name="scored">The distribution that it is scored as.</param>
    /// <param name="level">The level, from 0 to 1.</param>
    public static double At(Prediction.Quantiles stated, StatedDistribution scored, double level)
    {
        var points = stated.Points;
        if (level < points[0].Level || level > points[^1].Level)
            return scored.Quantile(level);
        var above = 0;
        while (points[above].Level < level)
            above++;
        if (above == 0 || points[above].Level == level)
            return points[above].Value;
        var (low, high) = (points[above - 1], points[above]);
        return low.Value + ((high.Value - low.Value) * (level - low.Level) / (high.Level - low.Level));
    }
}
