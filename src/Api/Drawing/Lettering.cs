using ScottPlot;

namespace Api.Drawing;

/// <summary>Which end of a line of text lies at its place.</summary>
public enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>
/// Text on a picture. The plot itself draws none: an SVG carries text as text, for the reader's fonts to draw, and a PNG takes each letter from
/// whichever font has it.
/// </summary>
/// <param name="Lines">Line under line; together they are the whole text.</param>
/// <param name="X">Where the anchor lies, in pixels from the left.</param>
/// <param name="Baseline">On what the first line stands, in pixels from the top.</param>
/// <param name="Size">The letters' size in pixels.</param>
/// <param name="Anchor">Which end of each line lies at <paramref name="X"/>.</param>
/// <param name="Colour">The letters' colour.</param>
/// <param name="OverPlot">Whether lines may run beneath it, so that it needs a rim of paper.</param>
public sealed record Lettering(IReadOnlyList<string> Lines, double X, double Baseline, double Size, Anchor Anchor, Color Colour, bool OverPlot = false)
{
    /// <summary>From one baseline to the next, in letters' sizes.</summary>
    public const double LineHeight = 1.35;
}

/// <summary>A sign of the legend: a line with its dashes, a marker, or an area.</summary>
/// <param name="X">The left end, in pixels.</param>
/// <param name="Y">The middle, in pixels.</param>
/// <param name="Key">What it looks like.</param>
public sealed record Swatch(double X, double Y, LegendKey Key)
{
    public const double Width = 34;
}

/// <summary>What something in a plot looks like.</summary>
/// <param name="Colour">Its colour.</param>
/// <param name="LineWidth">The line's width; 0 for none.</param>
/// <param name="Pattern">The line's dashes.</param>
/// <param name="MarkerSize">The marker's size; 0 for none.</param>
/// <param name="Hollow">Whether the marker is a ring.</param>
/// <param name="IsArea">Whether it is an area of this colour.</param>
public readonly record struct LegendKey(Color Colour, float LineWidth, LinePattern Pattern, float MarkerSize = 0, bool Hollow = false, bool IsArea = false);
