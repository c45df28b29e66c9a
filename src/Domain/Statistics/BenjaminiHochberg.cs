namespace Domain.Statistics;

/// <summary>
/// Corrects p-values for their number. Source: Benjamini and Hochberg, "Controlling the false discovery rate" (JRSS B 57, 1995).
/// </summary>
public static class BenjaminiHochberg
{
    /// <summary>
    /// The adjusted p-values, in the order given: min over the p-values that are no smaller of p·m/rank, at most 1. Calling different
    /// where the adjusted value is at most α keeps the expected share of false calls at or below α.
    /// </summary>
    public static double[] Adjust(ReadOnlySpan<double> pValues)
    {
        foreach (var p in pValues)
        {
            if (!(p >= 0 && p <= 1))
                throw new ArgumentOutOfRangeException(nameof(pValues), p, "A p-value lies in [0, 1].");
        }

        var order = new int[pValues.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        var sorted = pValues.ToArray();
        Array.Sort(sorted, order);
        var adjusted = new double[order.Length];
        var least = 1.0;
        for (var i = order.Length - 1; i >= 0; i--)
        {
            // The largest has rank m and stays itself to the last bit.
            least = Math.Min(least, i == order.Length - 1 ? sorted[i] : sorted[i] * order.Length / (i + 1));
            adjusted[order[i]] = least;
        }

        return adjusted;
    }
}
