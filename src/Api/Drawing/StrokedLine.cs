using ScottPlot;
using SkiaSharp;

namespace Api.Drawing;

/// <summary>
/// A line through points. Its dashes are shapes of their own: an SVG is drawn through a canvas that knows no dashed strokes, and would make every
/// line a solid one.
/// </summary>
/// <param name="look">What it looks like.</param>
/// <param name="points">Its points, in the axes' units.</param>
internal sealed class StrokedLine(LegendKey look, IReadOnlyList<Coordinates> points) : IPlottable
{
    public bool IsVisible { get; set; } = true;

    public IAxes Axes { get; set; } = new Axes();

    public IEnumerable<LegendItem> LegendItems => [];

    /// <summary>What it looks like.</summary>
    public LegendKey Look => look;

    public AxisLimits GetAxisLimits() => new(points.Min(p => p.X), points.Max(p => p.X), points.Min(p => p.Y), points.Max(p => p.Y));

    public void Render(RenderPack rp) => Stroke(rp.Canvas, look, [.. points.Select(p => Axes.GetPixel(p)).Select(p => new SKPoint(p.X, p.Y))]);

    /// <summary>Draws a line on a canvas.</summary>
    public static void Stroke(SKCanvas canvas, LegendKey look, ReadOnlySpan<SKPoint> points)
    {
        if (points.Length < 2 || !(look.LineWidth > 0))
            return;
        using var path = new SKPath();
        path.MoveTo(points[0]);
        foreach (var point in points[1..])
            path.LineTo(point);
        using var pen = new SKPaint
        {
            IsStroke = true,
            StrokeWidth = look.LineWidth,
            StrokeJoin = SKStrokeJoin.Miter,
        };
        using var ink = new SKPaint { Color = look.Colour.ToSKColor(), IsAntialias = true };
        if (look.Pattern.Equals(LinePattern.Solid))
        {
            pen.Color = ink.Color;
            pen.IsAntialias = true;
            canvas.DrawPath(path, pen);
            return;
        }

        pen.PathEffect = SKPathEffect.CreateDash(look.Pattern.Intervals, look.Pattern.Phase);
        using var dashes = new SKPath();
        if (pen.GetFillPath(path, dashes))
            canvas.DrawPath(dashes, ink);
    }
}
