namespace Domain.Calibration;

/// <summary>
/// Weighted isotonic regression: of all non-falling sequences the one with the least Σw(y−fit)². Source: Ayer, Brunk, Ewing, Reid and
/// Silverman, "An empirical distribution function for sampling with incomplete information" (Annals of Mathematical Statistics 26, 1955).
/// </summary>
public static class PoolAdjacentViolators
{
    /// <summary>The fitted values, one for each of <paramref name="values"/>, which stand in order.</summary>
    public static double[] Fit(ReadOnlySpan<double> values, ReadOnlySpan<double> weights)
    {
        if (values.Length != weights.Length)
            throw new ArgumentException("Every value has a weight.", nameof(weights));
        var sums = new double[values.Length];
        for (var i = 0; i < sums.Length; i++)
        {
            if (!(weights[i] > 0))
                throw new ArgumentException($"Weight {i} is {weights[i]}, not above 0.", nameof(weights));
            sums[i] = weights[i] * values[i];
        }

        var blocks = new PooledBlocks(sums.Length);
        blocks.Pool(sums, weights);
        var fitted = new double[sums.Length];
        var from = 0;
        for (var block = 0; block < blocks.Count; block++)
        {
            fitted.AsSpan(from, blocks.Ends[block] - from).Fill(blocks.MeanOf(block));
            from = blocks.Ends[block];
        }

        return fitted;
    }

    /// <summary>
    /// The fit to points whose places <paramref name="x"/> may repeat and stand in any order: equal places are pooled first. One fitted
    /// value a point, in the order given.
    /// </summary>
    public static double[] Fit(ReadOnlySpan<double> x, ReadOnlySpan<double> values, ReadOnlySpan<double> weights)
    {
        if (x.Length != values.Length || x.Length != weights.Length)
            throw new ArgumentException("Every value has a place and a weight.", nameof(x));
        var places = x.ToArray();
        var order = Enumerable.Range(0, x.Length).ToArray();
        Array.Sort(places, order);
        var sums = new List<double>();
        var totals = new List<double>();
        var groupOf = new int[x.Length];
        for (var i = 0; i < order.Length; i++)
        {
            if (i == 0 || places[i] != places[i - 1])
            {
                sums.Add(0);
                totals.Add(0);
            }

            sums[^1] += weights[order[i]] * values[order[i]];
            totals[^1] += weights[order[i]];
            groupOf[order[i]] = sums.Count - 1;
        }

        var means = sums.Zip(totals, (sum, total) => sum / total).ToArray();
        var fitted = Fit(means, totals.ToArray());
        return Array.ConvertAll(groupOf, group => fitted[group]);
    }
}
