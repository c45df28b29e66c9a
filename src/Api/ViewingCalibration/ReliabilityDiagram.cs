using System.Globalization;
using ScottPlot;

namespace Api.ViewingCalibration;

/// <summary>Draws a reliability curve against the diagonal of perfect calibration; the area of a point is its weight, and the band is where a calibrated forecaster's curve would lie.</summary>
public static class ReliabilityDiagram
{
    private const int Width = 640;
    private const int Height = 680;

    public static string Svg(string title, CalibrationAnswer calibration) => Draw(title, calibration).GetSvgXml(Width, Height)
        .Replace("<svg ", $"<svg role=\"img\" aria-label=\"{System.Net.WebUtility.HtmlEncode(InWords(title, calibration).Replace('\n', ' '))}\" ", StringComparison.Ordinal);

    public static byte[] Png(string title, CalibrationAnswer calibration) => Draw(title, calibration).GetImageBytes(Width, Height, ImageFormat.Png);

    private static Plot Draw(string title, CalibrationAnswer calibration)
    {
        var plot = new Plot();
        plot.Title($"{title}\n{Caption(calibration)}", size: 13);
        plot.XLabel("stated probability");
        plot.YLabel("share that came true");
        plot.Axes.SetLimits(-0.03, 1.03, -0.03, 1.03);
        plot.Axes.SquareUnits();
        var diagonal = plot.Add.Line(0, 0, 1, 1);
        diagonal.LinePattern = LinePattern.Dashed;
        diagonal.Color = Colors.Gray;
        if (calibration.Curve.Count == 0) return plot;

        var band = plot.Add.FillY(
            calibration.Curve.Select(p => p.Forecast).ToArray(), calibration.Curve.Select(p => p.Lower).ToArray(), calibration.Curve.Select(p => p.Upper).ToArray());
        band.FillColor = Color.FromHex("#E69F00").WithAlpha(0.25);
        band.LineWidth = 0;
        var curve = plot.Add.Scatter(calibration.Curve.Select(p => p.Forecast).ToArray(), calibration.Curve.Select(p => p.Calibrated).ToArray());
        curve.Color = Color.FromHex("#0072B2");
        curve.LineWidth = 2;
        curve.MarkerSize = 0;
        foreach (var point in calibration.Curve)
        {
            plot.Add.Marker(point.Forecast, point.Calibrated, MarkerShape.FilledCircle, (float)(6 + (40 * Math.Sqrt(point.Weight / calibration.Weight))), Color.FromHex("#0072B2").WithAlpha(0.6));
        }

        return plot;
    }

    private static string Caption(CalibrationAnswer c) => c.Decomposition is { } d
        ? string.Create(CultureInfo.InvariantCulture, $"{c.Questions} questions, Brier {d.Brier.Score:0.000}\n= {d.Brier.Mcb:0.000} miscalibration − {d.Brier.Dsc:0.000} discrimination + {d.Brier.Unc:0.000} uncertainty; p = {c.PValue:0.000}")
        : c.Reason ?? c.Status;

    private static string InWords(string title, CalibrationAnswer c) => $"{title}. {Caption(c)}. "
        + string.Join("; ", c.Curve.Select(p => string.Create(CultureInfo.InvariantCulture, $"stated {p.Forecast:0.00}, came true {p.Calibrated:0.00}")));
}
