using Domain.Statistics;

namespace Domain.Calibration;

/// <summary>
/// A sample's statements by rising forecast, those of one forecast gathered into a group. Within a group they stand in the sample's own
/// order, so that sums come out the same to the last bit.
/// </summary>
internal sealed class OrderedStatements
{
    public OrderedStatements(CalibrationSample sample)
    {
        var n = sample.Count;
        var keys = sample.Forecasts.ToArray();
        var order = new int[n];
        for (var i = 0; i < n; i++)
            order[i] = i;
        Array.Sort(keys, order);

        var forecasts = new List<double>();
        var ends = new List<int>();
        for (var from = 0; from < n; )
        {
            var to = from + 1;
            while (to < n && keys[to] == keys[from])
                to++;
            if (to - from > 1)
                Array.Sort(order, from, to - from);

            // Minus zero and zero are one forecast.
            forecasts.Add(keys[from] + 0.0);
            ends.Add(to);
            from = to;
        }

        Order = order;
        Forecasts = [.. forecasts];
        Ends = [.. ends];
        Weights = new double[Forecasts.Length];
        EventWeights = new double[Forecasts.Length];
        CompensatedSum all = default,
            happened = default;
        var start = 0;
        for (var group = 0; group < Forecasts.Length; group++)
        {
            CompensatedSum weight = default,
                events = default;
            for (var i = start; i < Ends[group]; i++)
            {
                weight.Add(sample.Weights[order[i]]);
                if (sample.Outcomes[order[i]])
                    events.Add(sample.Weights[order[i]]);
            }

            start = Ends[group];
            Weights[group] = weight.Value;
            EventWeights[group] = events.Value;
            all.Add(weight.Value);
            happened.Add(events.Value);
        }

        Weight = all.Value;
        EventWeight = happened.Value;
    }

    /// <summary>Places in the sample, by forecast.</summary>
    public int[] Order { get; }

    /// <summary>The different forecasts, rising.</summary>
    public double[] Forecasts { get; }

    /// <summary>Where in <see cref="Order"/> each group ends.</summary>
    public int[] Ends { get; }

    /// <summary>Each group's weight.</summary>
    public double[] Weights { get; }

    /// <summary>The weight of those of each group that happened.</summary>
    public double[] EventWeights { get; }

    public double Weight { get; }

    public double EventWeight { get; }
}
