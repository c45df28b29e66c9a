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

    /// <summary>A plot with this house's paper and ink, and no text.</summary>
    public static Plot NewPlot()
    {
        var plot = new Plot();
        plot.FigureBackground.Color = Colors.White;
        plot.Axes.Color(Ink);
        plot.Grid.MajorLineColor = Ink.WithAlpha(0.10);
        plot.Axes.Bottom.TickLabelStyle.IsVisible = plot.Axes.Left.TickLabelStyle.IsVisible = false;
        plot.Axes.Title.IsVisible = false;
        plot.HideLegend();
        plot.Axes.Right.FrameLineStyle.Width = plot.Axes.Top.FrameLineStyle.Width = 0;
        return plot;
    }
}
