namespace Domain.Statistics;

/// <summary>Quantiles of a list of numbers.</summary>
public static class SampleQuantile
{
    /// <summary>
    /// The quantile at <paramref name="level"/> in [0, 1] of numbers that are sorted upwards, linear between neighbours at
    /// position (n − 1)·level: type 7 of Hyndman and Fan, "Sample quantiles in statistical packages" (The American Statistician 50, 1996).
    /// </summary>
    /// <exception cref="ArgumentException">There are no numbers.</exception>
    public static double OfSorted(ReadOnlySpan<double> sorted, double level)
    {
        if (sorted.IsEmpty)
            throw new ArgumentException("Nothing has no quantile.", nameof(sorted));
        if (!(level >= 0 && level <= 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, "A level lies in [0, 1].");
        var position = (sorted.Length - 1) * level;
        var below = (int)Math.Floor(position);
        if (below + 1 >= sorted.Length)
            return sorted[^1];
        var share = position - below;
        return share == 0 ? sorted[below] : sorted[below] + share * (sorted[below + 1] - sorted[below]);
    }
}
