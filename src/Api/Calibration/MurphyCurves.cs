using Api.Drawing;
using Domain.Calibration;

namespace Api.Calibration;

/// <summary>What a Murphy diagram draws, for the page and for the picture alike.</summary>
/// <param name="Across">The thresholds: probabilities.</param>
/// <param name="Up">The mean elementary scores.</param>
/// <param name="Forecasts">The forecasts' curve, from left to right; where a forecast equals the threshold it jumps, and two points have one threshold.</param>
/// <param name="BaseRate">The curve of always stating the base rate, likewise.</param>
public sealed record MurphyCurves(
    Axis Across,
    Axis Up,
    IReadOnlyList<(double Threshold, double Score)> Forecasts,
    IReadOnlyList<(double Threshold, double Score)> BaseRate
)
{
    private const double LeastHeight = 0.01;

    /// <summary>The point of the diagram that lies nearest to each of some thresholds, for a sentence and a table; none where nothing was counted.</summary>
    public static IEnumerable<MurphyPoint> Nearest(CalibrationAnswer calibration, params IEnumerable<double> thresholds) =>
        calibration.Murphy.Count == 0 ? [] : thresholds.Select(t => calibration.Murphy.MinBy(p => Math.Abs(p.Threshold - t))).Distinct();

    /// <summary>The curves of a calibration; its curve of forecasts is empty where nothing was counted.</summary>
    /// <remarks>
    /// From one threshold to the next the mean elementary score is linear. Of always stating the rate r it is (1 − r)θ/2 below r and r(1 − θ)/2 above.
    /// </remarks>
    public static MurphyCurves Of(CalibrationAnswer calibration)
    {
        var rate = calibration.InTheLarge?.Frequency ?? 0.5;
        var top = rate * (1 - rate) / 2;
        var highest = Math.Max(LeastHeight, Math.Max(calibration.Murphy.Select(p => Math.Max(p.Score, p.LeftLimit)).DefaultIfEmpty().Max(), top));
        return new MurphyCurves(
            Axis.OfProbability("threshold: the cost–loss ratio of whoever decides by the forecast"),
            Axis.OfNumbers(0, 1.1 * highest, "mean elementary score (lower is better)"),
            [.. calibration.Murphy.SelectMany(p => new[] { (p.Threshold, p.LeftLimit), (p.Threshold, p.Score) })],
            [(0, 0), (rate, top), (1, 0)]
        );
    }
}
