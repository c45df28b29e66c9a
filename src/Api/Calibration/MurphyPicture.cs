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
        var curves = MurphyCurves.Of(calibration);
        var sheet = new Sheet(640, 360) { Across = curves.Across, Up = curves.Up };
        sheet.Title(heading).Line(Caption(calibration));
        if (drawn)
            Draw(sheet, curves);
        else
            sheet.Say(calibration.Reason ?? calibration.Status);
        return sheet.Finish(heading, InWords(heading, calibration));
    }

    private static void Draw(Sheet sheet, MurphyCurves curves)
    {
        Curve(curves.BaseRate, new LegendKey(PlotTheme.Faint, 2, LinePattern.Dashed), "always stating the base rate");
        Curve(curves.Forecasts, new LegendKey(PlotTheme.Blue, 3, LinePattern.Solid), "these forecasts");

        void Curve(IReadOnlyList<(double Threshold, double Score)> points, LegendKey look, string what)
        {
            sheet.Line(look, [.. points.Select(p => p.Threshold)], [.. points.Select(p => p.Score)]);
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
            MurphyCurves
                .Nearest(c, Enumerable.Range(1, 9).Select(i => i / 10.0))
                .Select(p => string.Create(CultureInfo.InvariantCulture, $"at {p.Threshold:0.00}: {p.Score:0.000}"))
        );
}
