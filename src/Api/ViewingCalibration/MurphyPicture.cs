using System.Globalization;
using Api.Drawing;

namespace Api.ViewingCalibration;

/// <summary>Draws the Murphy diagram: the mean elementary score at each threshold, beside that of always stating the base rate.</summary>
public static class MurphyPicture
{
    public static Picture Draw(string title, CalibrationAnswer calibration)
    {
        var heading = title.Replace("Calibration", "Murphy diagram", StringComparison.Ordinal);
        var plot = PlotTheme.NewPlot($"{heading}\n{Caption(calibration)}");
        plot.XLabel("threshold: the cost–loss ratio of whoever decides by the forecast");
        plot.YLabel("mean elementary score (lower is better)");
        plot.Axes.SetLimitsX(0, 1);
        if (calibration.Murphy.Count > 0 && calibration.InTheLarge is { } large)
        {
            // From each threshold to the next it is linear; at a forecast it jumps, from its left limit to its value.
            double[] thresholds = [.. calibration.Murphy.SelectMany(p => new[] { p.Threshold, p.Threshold })];
            double[] scores = [.. calibration.Murphy.SelectMany(p => new[] { p.LeftLimit, p.Score })];
            var rate = large.Frequency;
            var baseline = plot.Add.Scatter(new[] { 0, rate, rate, 1 }, [0, rate * (1 - rate) / 2, rate * (1 - rate) / 2, 0]);
            baseline.Color = PlotTheme.Faint;
            baseline.LinePattern = ScottPlot.LinePattern.Dashed;
            baseline.LineWidth = 2;
            baseline.MarkerSize = 0;
            baseline.LegendText = "always stating the base rate";
            var curve = plot.Add.Scatter(thresholds, scores);
            curve.Color = PlotTheme.Blue;
            curve.LineWidth = 3;
            curve.MarkerSize = 0;
            curve.LegendText = "these forecasts";
            plot.Axes.SetLimitsY(0, 1.3 * Math.Max(scores.Max(), rate * (1 - rate) / 2));
            plot.ShowLegend(ScottPlot.Alignment.UpperRight);
        }

        return new Picture(plot, 640, 480, heading, InWords(heading, calibration));
    }

    private static string Caption(CalibrationAnswer c) => c.Decomposition is { } d
        ? string.Create(CultureInfo.InvariantCulture, $"{c.Questions:N0} questions; Brier score (four times the area under the curve) {d.Brier.Score:0.000}")
        : c.Reason ?? c.Status;

    private static string InWords(string heading, CalibrationAnswer c) => $"{heading}. {Caption(c)}. "
        + string.Join("; ", Enumerable.Range(1, 9).Select(i => i / 10.0).Where(_ => c.Murphy.Count > 0).Select(threshold =>
        {
            var nearest = c.Murphy.MinBy(p => Math.Abs(p.Threshold - threshold));
            return string.Create(CultureInfo.InvariantCulture, $"at {nearest.Threshold:0.00}: {nearest.Score:0.000}");
        }));
}
