using Domain.Statistics;

namespace Domain.Calibration;

/// <summary>The weight of the forecasts in ⟨from, to], the first bin closed at both ends.</summary>
/// <param name="From">The lower end of the bin, in [0, 1].</param>
/// <param name="To">The upper end of the bin, in [0, 1].</param>
/// <param name="Weight">The weight of the forecasts in the bin; the bins together have the weight of the sample.</param>
public readonly record struct SharpnessBin(double From, double To, double Weight);

/// <summary>How forecasts spread over [0, 1]: the more at the ends, the sharper, and the more it says if they are calibrated.</summary>
public static class SharpnessHistogram
{
    /// <summary>The weights in each bin; together they are the sample's.</summary>
    public static IReadOnlyList<SharpnessBin> Of(CalibrationSample sample, ReliabilityBins bins)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(bins);
        var weights = new CompensatedSum[bins.Count];
        var ordered = sample.Ordered;
        for (var group = 0; group < ordered.Forecasts.Length; group++)
            weights[bins.IndexOf(ordered.Forecasts[group])].Add(ordered.Weights[group]);
        var result = new SharpnessBin[weights.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = new SharpnessBin(bins.Edges[i], bins.Edges[i + 1], weights[i].Value);
        return result;
    }
}
