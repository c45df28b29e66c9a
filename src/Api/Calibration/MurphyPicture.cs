using System.Globalization;
using Api.Drawing;
using ScottPlot;

namespace Api.Calibration;

/// <summary>Draws the Murphy diagram: the mean elementary score at each threshold, beside that of always stating the base rate.</summary>
public static class MurphyPicture
{
    public static Picture Draw(string title, CalibrationAnswer calibration)
    {
        var heading = title.Replace("Calibration", "Murphy diagram", StringComparison.Ordinal);
        var drawn = calibration.Murphy.Count > 0 && calibration.InTheLarge is not null;
        var rate = calibration.InTheLarge?.Frequency ?? 0.5;
        var highest = Math.Max(0.01, Math.Max(calibration.Murphy.Select(p => Math.Max(p.Score, p.LeftLimit)).DefaultIfEmpty().Max(), rate * (1 - rate) / 2));
        var sheet = new Sheet(640, 360)
        {
            Across = Axis.OfProbability("threshold: the cost–loss ratio of whoever decides by the forecast"),
            Up = Axis.OfNumbers(0, 1.1 * highest, "mean elementary score (lower is better)"),
        };
        sheet.Title(heading).Line(Caption(calibration));
        if (drawn)
            Curves(sheet, calibration, rate);
        else
            sheet.Say(calibration.Reason ?? calibration.Status);
        return sheet.Finish(heading, InWords(heading, calibration));
    }

    private static void Curves(Sheet sheet, CalibrationAnswer calibration, double rate)
    {
        // From each threshold to the next it is linear; at a forecast it jumps, from its left limit to its value.
        double[] thresholds = [.. calibration.Murphy.SelectMany(p => new[] { p.Threshold, p.Threshold })];
        double[] scores = [.. calibration.Murphy.SelectMany(p => new[] { p.LeftLimit, p.Score })];
        Curve(
            [0, rate, rate, 1],
            [0, rate * (1 - rate) / 2, rate * (1 - rate) / 2, 0],
            new LegendKey(PlotTheme.Faint, 2, LinePattern.Dashed),
            "always stating the base rate"
        );
        Curve(thresholds, scores, new LegendKey(PlotTheme.Blue, 3, LinePattern.Solid), "these forecasts");

        void Curve(double[] x, double[] y, LegendKey look, string what)
        {
            sheet.Line(look, x, y);
            sheet.Explain(look, what);
        }
    }

    private static string Caption(CalibrationAnswer c) =>
        c.Decomposition is { } d
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{c.Questions:N0} questions; Brier score (four times the area under the curve) {d.Brier.Score:0.000}"
            )
            : string.Create(CultureInfo.InvariantCulture, $"{c.Questions:N0} questions");

    private static string InWords(string heading, CalibrationAnswer c) =>
        $"{heading}. {Caption(c)}. {c.Reason} "
        + string.Join(
            "; ",
            Enumerable
                .Range(1, 9)
                .Select(i => i / 10.0)
                .Where(_ => c.Murphy.Count > 0)
                .Select(threshold =>
                {
                    var nearest = c.Murphy.MinBy(p => Math.Abs(p.Threshold - threshold));
                    return string.Create(CultureInfo.InvariantCulture, $"at {nearest.Threshold:0.00}: {nearest.Score:0.000}");
                })
        );
}
