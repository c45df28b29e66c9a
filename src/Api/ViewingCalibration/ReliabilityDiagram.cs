using System.Globalization;
using Api.Drawing;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Api.ViewingCalibration;

/// <summary>
/// Draws a reliability curve against the diagonal of perfect calibration, the band in which a calibrated forecaster's curve would lie, and below them how much
/// was stated at which probability.
/// </summary>
public static class ReliabilityDiagram
{
    private const double HistogramFloor = -0.26;
    private const double HistogramHeight = 0.18;

    public static Picture Draw(string title, CalibrationAnswer calibration)
    {
        var plot = PlotTheme.NewPlot($"{title}\n{Caption(calibration)}");
        plot.XLabel("stated probability");
        plot.YLabel("share that came true");
        plot.Axes.SetLimits(-0.03, 1.03, HistogramFloor - 0.02, 1.05);
        plot.Axes.Left.TickGenerator = plot.Axes.Bottom.TickGenerator =
            new NumericManual([0, 0.2, 0.4, 0.6, 0.8, 1], ["0", "0.2", "0.4", "0.6", "0.8", "1"]);

        Histogram(plot, calibration);
        var diagonal = plot.Add.Line(0, 0, 1, 1);
        diagonal.LinePattern = LinePattern.Dashed;
        diagonal.LineColor = PlotTheme.Faint;
        diagonal.LegendText = "perfect calibration";
        if (calibration.Curve.Count > 0) Curve(plot, calibration);
        plot.ShowLegend(Alignment.UpperLeft);
        return new Picture(plot, 680, 740, title, InWords(title, calibration));
    }

    private static void Curve(Plot plot, CalibrationAnswer calibration)
    {
        double[] stated = [.. calibration.Curve.Select(p => p.Forecast)];
        var band = plot.Add.FillY(stated, [.. calibration.Curve.Select(p => p.Lower)], [.. calibration.Curve.Select(p => p.Upper)]);
        band.FillColor = PlotTheme.Orange.WithAlpha(0.30);
        band.LineColor = PlotTheme.Orange;
        band.LineWidth = 1;
        band.LegendText = "where 95 % of calibrated curves lie";
        var curve = plot.Add.Scatter(stated, calibration.Curve.Select(p => p.Calibrated).ToArray());
        curve.Color = PlotTheme.Blue;
        curve.LineWidth = 3;
        curve.MarkerSize = calibration.Curve.Count <= 40 ? 7 : 0;
        curve.LegendText = "came true";
    }

    private static void Histogram(Plot plot, CalibrationAnswer calibration)
    {
        var most = calibration.Sharpness.Max(b => b.Weight);
        var floor = plot.Add.HorizontalLine(HistogramFloor);
        floor.LineColor = PlotTheme.Faint;
        floor.LineWidth = 1;
        if (!(most > 0)) return;
        foreach (var bin in calibration.Sharpness.Where(b => b.Weight > 0))
        {
            var bar = plot.Add.Rectangle(bin.From + 0.004, bin.To - 0.004, HistogramFloor, HistogramFloor + (HistogramHeight * bin.Weight / most));
            bar.FillColor = PlotTheme.Faint.WithAlpha(0.55);
            bar.LineWidth = 0;
        }

        var label = plot.Add.Text(
            string.Create(CultureInfo.InvariantCulture, $"how often it was stated (highest bar: {100 * most / calibration.Weight:0.#} %)"), 0.5, HistogramFloor + HistogramHeight + 0.015);
        label.LabelFontSize = 12;
        label.LabelFontColor = PlotTheme.Ink;
        label.LabelAlignment = Alignment.LowerCenter;
    }

    private static string Caption(CalibrationAnswer c) => c.Decomposition is { } d
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{c.Questions:N0} questions, p = {c.PValue:0.000} that a calibrated forecaster looks so\nBrier {d.Brier.Score:0.000} = {d.Brier.Mcb:0.000} miscalibration − {d.Brier.Dsc:0.000} discrimination + {d.Brier.Unc:0.000} uncertainty")
        : c.Reason ?? c.Status;

    private static string InWords(string title, CalibrationAnswer c) => $"{title}. {Caption(c).Replace('\n', ' ')}. "
        + string.Join("; ", Thinned(c.Curve).Select(p => string.Create(
            CultureInfo.InvariantCulture, $"stated {p.Forecast:0.00}, came true {p.Calibrated:0.00}, calibrated would be {p.Lower:0.00} to {p.Upper:0.00}")));

    // Some twenty points say in words what five hundred draw.
    private static IEnumerable<Domain.Calibration.CalibrationPoint> Thinned(IReadOnlyList<Domain.Calibration.CalibrationPoint> curve)
    {
        var step = Math.Max(1, (int)Math.Ceiling(curve.Count / 20.0));
        return curve.Where((_, i) => i % step == 0 || i == curve.Count - 1);
    }
}
