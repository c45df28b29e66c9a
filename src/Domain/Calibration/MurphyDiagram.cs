using Domain.Statistics;

namespace Domain.Calibration;

/// <summary>The mean elementary score at a threshold.</summary>
/// <param name="Threshold">θ in [0, 1]: the cost–loss ratio of whom the score stands for.</param>
/// <param name="Score">At the threshold, ≥ 0; lower is better.</param>
/// <param name="LeftLimit">What the score tends to from below; it differs from <paramref name="Score"/> where a forecast equals θ.</param>
public readonly record struct MurphyPoint(double Threshold, double Score, double LeftLimit);

/// <summary>
/// The Murphy diagram: at each θ the mean of ½|y−θ|·1{min(p,y) ≤ θ &lt; max(p,y)}. Every proper score of a probability is a mixture of these,
/// so a forecaster whose diagram is lower everywhere is better under each. Four times the area under it is the Brier score. Between neighboring
/// forecasts the diagram is linear, and at a forecast it jumps. The score and its left limit at 0, at the forecasts and at 1 therefore describe all of it.
/// Source: Ehm, Gneiting, Jordan and Krüger, "Of quantiles and expectiles" (JRSS B 78, 2016).
/// </summary>
public static class MurphyDiagram
{
    /// <summary>The diagram at 0, at every different forecast and at 1.</summary>
    public static IReadOnlyList<MurphyPoint> Of(CalibrationSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var thresholds = new List<double>(sample.Ordered.Forecasts.Length + 2);
        if (sample.Count > 0 && sample.Ordered.Forecasts[0] > 0)
            thresholds.Add(0);
        thresholds.AddRange(sample.Ordered.Forecasts);
        if (sample.Count > 0 && sample.Ordered.Forecasts[^1] < 1)
            thresholds.Add(1);
        return At(sample, thresholds.ToArray());
    }

    /// <summary>The diagram at thresholds in [0, 1], in the order given.</summary>
    public static IReadOnlyList<MurphyPoint> At(CalibrationSample sample, ReadOnlySpan<double> thresholds)
    {
        ArgumentNullException.ThrowIfNull(sample);
        if (sample.Count == 0)
            throw new ArgumentException("A diagram needs a statement.", nameof(sample));
        var ordered = sample.Ordered;
        var eventsBelow = new double[ordered.Forecasts.Length + 1];
        var othersBelow = new double[ordered.Forecasts.Length + 1];
        CompensatedSum events = default,
            others = default;
        for (var group = 0; group < ordered.Forecasts.Length; group++)
        {
            events.Add(ordered.EventWeights[group]);
            others.Add(ordered.Weights[group] - ordered.EventWeights[group]);
            (eventsBelow[group + 1], othersBelow[group + 1]) = (events.Value, others.Value);
        }

        var points = new MurphyPoint[thresholds.Length];
        for (var i = 0; i < points.Length; i++)
        {
            var threshold = thresholds[i];
            if (!(threshold >= 0 && threshold <= 1))
                throw new ArgumentOutOfRangeException(nameof(thresholds), threshold, "A threshold lies in [0, 1].");
            var at = Array.BinarySearch(ordered.Forecasts, threshold);
            var below = at >= 0 ? at : ~at;
            var upTo = at >= 0 ? at + 1 : below;

            // At 0 and 1 no forecast lies strictly on the other side of the outcome, so that both halves are empty or cost nothing.
            points[i] = new MurphyPoint(threshold, Score(threshold, upTo), Score(threshold, below));
        }

        return points;

        double Score(double threshold, int groups) =>
            ((1 - threshold) * eventsBelow[groups] + threshold * (others.Value - othersBelow[groups])) / (2 * ordered.Weight);
    }
}
