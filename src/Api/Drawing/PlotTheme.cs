using ScottPlot;

namespace Api.Drawing;

/// <summary>
/// Colours that the colour-blind can tell apart and that keep their order of darkness in print. Source: Okabe and Ito, "Color universal design" (2008). Nothing
/// is told by colour alone: lines differ in their dashes too, and markers in their shape.
/// </summary>
internal static class PlotTheme
{
    public static readonly Color Blue = Color.FromHex("#0072B2");
    public static readonly Color Orange = Color.FromHex("#E69F00");
    public static readonly Color Vermilion = Color.FromHex("#D55E00");
    public static readonly Color Green = Color.FromHex("#009E73");
    public static readonly Color Purple = Color.FromHex("#CC79A7");
    public static readonly Color Sky = Color.FromHex("#56B4E9");
    public static readonly Color Ink = Color.FromHex("#222222");
    public static readonly Color Faint = Color.FromHex("#767676");

    public static readonly Color[] Series = [Blue, Vermilion, Green, Purple, Orange, Sky, Ink];

    public static readonly LinePattern[] Dashes = [LinePattern.Solid, LinePattern.Dashed, LinePattern.Dotted, LinePattern.DenselyDashed];

    // Wider letters than a book's are easier to read when small; what is missing is replaced by the system's own.
    private static readonly string Typeface = new[] { "DejaVu Sans", "Verdana", "Arial", "Liberation Sans" }.FirstOrDefault(Exists) ?? Fonts.Sans;

    private static bool Exists(string family) => SkiaSharp.SKFontManager.Default.MatchFamily(family)?.FamilyName == family;

    /// <summary>A plot with this house's paper, ink and type.</summary>
    public static Plot NewPlot(string title)
    {
        var plot = new Plot();
        plot.Title(title, size: 14);
        plot.Axes.Title.Label.Bold = false;
        plot.Font.Set(Typeface);
        plot.FigureBackground.Color = Colors.White;
        plot.Axes.Color(Ink);
        plot.Grid.MajorLineColor = Ink.WithAlpha(0.10);
        plot.Axes.Bottom.TickLabelStyle.FontSize = plot.Axes.Left.TickLabelStyle.FontSize = 13;
        plot.Axes.Bottom.Label.FontSize = plot.Axes.Left.Label.FontSize = 14;
        plot.Axes.Bottom.Label.Bold = plot.Axes.Left.Label.Bold = false;
        plot.Legend.FontSize = 12;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Axes.Right.FrameLineStyle.Width = plot.Axes.Top.FrameLineStyle.Width = 0;
        return plot;
    }
}
