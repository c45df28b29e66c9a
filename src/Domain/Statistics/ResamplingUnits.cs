namespace Domain.Statistics;

/// <summary>Questions gathered into the units that are resampled whole: each group's sum of values, and its number of questions.</summary>
/// <param name="Sums">By unit, the sum of the values of its questions.</param>
/// <param name="Counts">By unit, the number of its questions, 1 or more.</param>
public readonly record struct ResamplingUnits(double[] Sums, double[] Counts)
{
    /// <summary>The units of <paramref name="values"/>, in the order in which their groups first appear.</summary>
    public static ResamplingUnits Of(ReadOnlySpan<double> values, ReadOnlySpan<int> groups)
    {
        if (values.Length != groups.Length)
            throw new ArgumentException("Every question has a group.", nameof(groups));
        var places = new Dictionary<int, int>(values.Length);
        var sums = new CompensatedSum[values.Length];
        var counts = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (!places.TryGetValue(groups[i], out var place))
                places.Add(groups[i], place = places.Count);
            sums[place].Add(values[i]);
            counts[place]++;
        }

        var totals = new double[places.Count];
        for (var i = 0; i < totals.Length; i++)
            totals[i] = sums[i].Value;
        return new ResamplingUnits(totals, counts[..places.Count]);
    }

    /// <summary>The mean of values over their questions, as it is resampled.</summary>
    /// <param name="values">One value a question.</param>
    /// <param name="questions">The questions' places in <paramref name="groups"/>.</param>
    /// <param name="groups">Every question's group; null where each stands alone, so that the values are the units themselves.</param>
    internal static ResampledRatio MeanOf(double[] values, int[] questions, int[]? groups)
    {
        if (groups is null)
            return new ResampledRatio(values);
        var units = Of(values, Array.ConvertAll(questions, q => groups[q]));
        return units.Sums.Length == values.Length ? new ResampledRatio(values) : new ResampledRatio(units.Sums, units.Counts);
    }
}
