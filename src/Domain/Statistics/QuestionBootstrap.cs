namespace Domain.Statistics;

/// <summary>
/// Resamples questions, and question groups whole, with replacement. Forecasts are never resampled: a question is the unit that is drawn
/// from the world. Source: Efron and Tibshirani, "An Introduction to the Bootstrap" (1993); Field and Welsh, "Bootstrapping clustered
/// data" (JRSS B 69, 2007).
/// </summary>
public static class QuestionBootstrap
{
    /// <summary>How often is resampled unless told otherwise.</summary>
    public const int DefaultDraws = 2000;

    /// <summary>
    /// One number a unit summed over the units drawn, divided by the drawn units' counts: the mean of a resample. A unit is a question
    /// (count 1) or a question group (the sum over its questions, and their number).
    /// </summary>
    public static double MeanOfDraw(ReadOnlySpan<double> sums, ReadOnlySpan<double> counts, ReadOnlySpan<int> drawn)
    {
        double sum = 0,
            count = 0;
        foreach (var unit in drawn)
        {
            sum += sums[unit];
            count += counts[unit];
        }

        return sum / count;
    }

    /// <summary>The resampled means, one a draw, in the order of the draws.</summary>
    public static double[] Replicates(ReadOnlySpan<double> sums, ReadOnlySpan<double> counts, int draws = DefaultDraws, ulong seed = 0)
    {
        if (sums.IsEmpty || sums.Length != counts.Length)
            throw new ArgumentException("Every unit has a sum and a count.", nameof(sums));
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        var replicates = new double[draws];
        var alike = counts.IndexOfAnyExcept(1.0) < 0;
        for (var draw = 0; draw < draws; draw++)
        {
            var stream = CounterRandom.Stream(seed, draw);
            double sum = 0,
                count = 0;
            for (var i = 0; i < sums.Length; i++)
            {
                var unit = CounterRandom.Below(stream, i, sums.Length);
                sum += sums[unit];
                if (!alike)
                    count += counts[unit];
            }

            replicates[draw] = sum / (alike ? sums.Length : count);
        }

        return replicates;
    }

    /// <summary>
    /// An interval for the mean from its resampled values. The plain percentile interval is too narrow on few units, by the factor between
    /// the normal and Student's quantile and by √(n/(n−1)); its levels are moved outwards by just that (Hesterberg, "What teachers should
    /// know about the bootstrap", The American Statistician 69, 2015, section 3.3: the expanded percentile interval). Null for fewer than
    /// two units.
    /// </summary>
    public static ConfidenceInterval? IntervalOf(double[] replicates, int units, double confidence = 0.95)
    {
        if (units < 2)
            return null;
        var sorted = (double[])replicates.Clone();
        Array.Sort(sorted);
        var tail = ExpandedTail((1 - confidence) / 2, units);
        return new ConfidenceInterval(SampleQuantile.OfSorted(sorted, tail), SampleQuantile.OfSorted(sorted, 1 - tail));
    }

    /// <summary>The interval for the mean over questions in groups; null for fewer than two groups.</summary>
    /// <param name="values">One value a question.</param>
    /// <param name="groups">Each question's group, numbered from 0 in any way; questions of one group are drawn together.</param>
    /// <param name="confidence">In (0, 1).</param>
    /// <param name="draws">How many resamples.</param>
    /// <param name="seed">Decides the resamples; the same seed and values in the same order give the same bits.</param>
    public static ConfidenceInterval? MeanInterval(
        ReadOnlySpan<double> values,
        ReadOnlySpan<int> groups,
        double confidence = 0.95,
        int draws = DefaultDraws,
        ulong seed = 0
    )
    {
        var units = ResamplingUnits.Of(values, groups);
        return units.Sums.Length < 2 ? null : IntervalOf(Replicates(units.Sums, units.Counts, draws, seed), units.Sums.Length, confidence);
    }

    /// <summary>The intervals of many means at once; null for fewer than two units. Each is what <see cref="MeanInterval"/> gives of its values.</summary>
    internal static ConfidenceInterval?[] MeanIntervals(IReadOnlyList<ResampledRatio> means, int draws, ulong seed, int threads)
    {
        var intervals = new ConfidenceInterval?[means.Count];
        var (places, resampled) = (new List<int>(), new List<ResampledRatio>());
        foreach (var (place, mean) in means.Index().Where(m => m.Item.Units >= 2))
        {
            places.Add(place);
            resampled.Add(mean);
        }

        JointResamples.Replicate(resampled, draws, seed, threads, (at, values) => intervals[places[at]] = IntervalOf(values, resampled[at].Units));
        return intervals;
    }

    private static double ExpandedTail(double tail, int units) => NormalDistribution.Cdf(Math.Sqrt(units / (units - 1.0)) * StudentT.Quantile(tail, units - 1));
}
