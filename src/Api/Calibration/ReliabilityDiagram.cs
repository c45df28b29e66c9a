using System.Globalization;
using Api.Drawing;
using Domain.Calibration;
using ScottPlot;

namespace Api.Calibration;

/// <summary>
/// Draws a reliability curve against the diagonal of perfect calibration, at each probability the band in which a calibrated forecaster's curve would
/// lie, and below them how much was stated at which probability.
/// </summary>
public static class ReliabilityDiagram
{
    private const double HistogramFloor = -0.26;
    private const double HistogramHeight = 0.18;
    private const double BarWidth = 0.042;

    public static Picture Draw(string title, CalibrationAnswer calibration)
    {
        var sheet = new Sheet(680, 640)
        {
            Across = Axis.OfProbability("stated probability"),
            Up = Axis.OfProbability("share that came true") with { From = HistogramFloor - 0.02 },
        };
        sheet.Title(title);
        foreach (var line in Caption(calibration))
            sheet.Line(line);
        Histogram(sheet, calibration);
        var diagonal = new LegendKey(PlotTheme.Faint, 1.5f, LinePattern.Dashed);
        sheet.Line(diagonal, [0, 1], [0, 1]);
        if (calibration.Curve.Count > 0)
            Curve(sheet, calibration);
        else
            sheet.Say(calibration.Reason ?? calibration.Status);
        sheet.Explain(diagonal, "perfect calibration");
        if (calibration.Sharpness.Any(b => b.Weight > 0))
            sheet.Explain(new LegendKey(PlotTheme.Faint.WithAlpha(0.55), 0, LinePattern.Solid, IsArea: true), "how often it was stated");
        return sheet.Finish(title, InWords(title, calibration));
    }

    private static void Curve(Sheet sheet, CalibrationAnswer calibration)
    {
        double[] stated = [.. calibration.Curve.Select(p => p.Forecast)];
        var band = sheet.Plot.Add.FillY(stated, [.. calibration.Curve.Select(p => p.Lower)], [.. calibration.Curve.Select(p => p.Upper)]);
        band.FillColor = PlotTheme.Orange.WithAlpha(0.30);
        band.LineColor = PlotTheme.Orange;
        band.LineWidth = 1;
        band.MarkerStyle.IsVisible = false;
        var curve = sheet.Plot.Add.Scatter(stated, calibration.Curve.Select(p => p.Calibrated).ToArray());
        curve.Color = PlotTheme.Blue;
        curve.LineWidth = 3;
        curve.MarkerSize = calibration.Curve.Count <= 40 ? 7 : 0;
        sheet.Explain(new LegendKey(PlotTheme.Blue, 3, LinePattern.Solid, curve.MarkerSize), "came true");
        sheet.Explain(
            new LegendKey(PlotTheme.Orange.WithAlpha(0.45), 0, LinePattern.Solid, IsArea: true),
            "pointwise: at each probability by itself, where the curves of 95 % of calibrated forecasters lie"
        );
    }

    // Each bar lies over the values that it counts: people state twentieths, which are the middles of these bins.
    private static void Histogram(Sheet sheet, CalibrationAnswer calibration)
    {
        var floor = sheet.Plot.Add.HorizontalLine(HistogramFloor);
        floor.LineColor = PlotTheme.Faint;
        floor.LineWidth = 1;
        var most = calibration.Stated.Select(b => b.Weight).DefaultIfEmpty().Max();
        if (!(most > 0))
            return;
        foreach (var bin in calibration.Stated.Where(b => b.Weight > 0))
        {
            var middle =
                bin.From == 0 ? 0
                : bin.To == 1 ? 1
                : (bin.From + bin.To) / 2;
            var bar = sheet.Plot.Add.Rectangle(
                middle - (BarWidth / 2),
                middle + (BarWidth / 2),
                HistogramFloor,
                HistogramFloor + (HistogramHeight * bin.Weight / most)
            );
            bar.FillColor = PlotTheme.Faint.WithAlpha(0.55);
            bar.LineWidth = 0;
        }

        sheet.Write(
            string.Create(CultureInfo.InvariantCulture, $"how often it was stated (highest bar: {100 * most / calibration.Weight:0.#} %)"),
            0.5,
            HistogramFloor + HistogramHeight,
            up: 5
        );
    }

    private static IEnumerable<string> Caption(CalibrationAnswer c)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"{c.Questions:N0} questions")
            + (c.PValue is { } p ? string.Create(CultureInfo.InvariantCulture, $", p = {p:0.000} that a calibrated forecaster looks so") : "");
        if (c.Decomposition is not { Brier: var b })
            yield break;
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"Brier {b.Score:0.000} = {b.Mcb:0.000} miscalibration − {b.Dsc:0.000} discrimination + {b.Unc:0.000} uncertainty"
        );
    }

    private static string InWords(string title, CalibrationAnswer c) =>
        $"{title}. {string.Join("; ", Caption(c))}. {c.Reason} "
        + string.Join(
            "; ",
            Thinned(c.Curve)
                .Select(p =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"stated {p.Forecast:0.00}, came true {p.Calibrated:0.00}, calibrated would be {p.Lower:0.00} to {p.Upper:0.00}"
                    )
                )
        );

    // Some twenty points say in words what five hundred draw.
    private static IEnumerable<CalibrationPoint> Thinned(IReadOnlyList<CalibrationPoint> curve)
    {
        var step = Math.Max(1, (int)Math.Ceiling(curve.Count / 20.0));
        return curve.Where((_, i) => i % step == 0 || i == curve.Count - 1);
    }
}
