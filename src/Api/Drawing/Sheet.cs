using ScottPlot;
using ScottPlot.TickGenerators;

namespace Api.Drawing;

/// <summary>
/// Lays out a picture: its title, a plot with its axes, and its legend under each other, each as high as its text needs. Nothing of it depends on a font.
/// </summary>
/// <param name="width">The picture's width in pixels.</param>
/// <param name="plotHeight">The height of the plot itself, between its axes' ends.</param>
public sealed class Sheet(int width, int plotHeight)
{
    private const double Margin = 16;
    private const double LabelSize = 13;
    private const double LegendSize = 13;

    private readonly List<(string Text, double Size)> _head = [];
    private readonly List<(LegendKey? Key, string Text)> _legend = [];
    private readonly List<(string Text, double X, double Y, double Up, double Size, Anchor Anchor)> _inPlot = [];
    private string? _nothing;

    /// <summary>Where shapes go.</summary>
    public Plot Plot { get; } = PlotTheme.NewPlot();

    /// <summary>The axis from left to right.</summary>
    public required Axis Across { get; init; }

    /// <summary>The axis from below to above; its name stands over it.</summary>
    public required Axis Up { get; init; }

    /// <summary>Room above the plot, in pixels.</summary>
    public double Headroom { get; init; }

    /// <summary>The most that labels at the left may take, in pixels; longer ones are cut.</summary>
    public double WidestLabel { get; init; } = 200;

    /// <summary>Adds the picture's title, whole: it takes as many lines as it needs, twenty-four at most.</summary>
    public Sheet Title(string text)
    {
        _head.Add((text, 17));
        return this;
    }

    /// <summary>Adds a line beneath the title.</summary>
    public Sheet Line(string text)
    {
        _head.Add((text, 14));
        return this;
    }

    /// <summary>Draws a line through points in the axes' units.</summary>
    public void Line(LegendKey look, IEnumerable<double> x, IEnumerable<double> y) =>
        Plot.Add.Plottable(new StrokedLine(look, [.. x.Zip(y, (a, b) => new Coordinates(a, b))]));

    /// <summary>Adds to the legend.</summary>
    public void Explain(LegendKey key, string text) => _legend.Add((key, text));

    /// <summary>Adds a sentence beneath the legend.</summary>
    public void Note(string text) => _legend.Add((null, text));

    /// <summary>Says in the plot's place why nothing is in it.</summary>
    public void Say(string sentence) => _nothing = sentence;

    /// <summary>Writes into the plot.</summary>
    /// <param name="text">What.</param>
    /// <param name="x">Where, in the axes' units.</param>
    /// <param name="y">Likewise.</param>
    /// <param name="up">So many pixels above that.</param>
    /// <param name="size">The letters' size.</param>
    /// <param name="anchor">Which end of the text lies there.</param>
    public void Write(string text, double x, double y, double up = 0, double size = 12, Anchor anchor = Anchor.Middle) =>
        _inPlot.Add((text, x, y, up, size, anchor));

    /// <summary>The picture.</summary>
    /// <param name="title">What it is a picture of.</param>
    /// <param name="words">What is to be seen in it.</param>
    public Picture Finish(string title, string words)
    {
        var letters = new List<Lettering>();
        var y = Margin;
        foreach (var (text, size) in _head)
        {
            var lines = TextLines.Wrap(text, size, width - (2 * Margin), 24);
            letters.Add(new Lettering(lines, Margin, y + (0.85 * size), size, Anchor.Start, PlotTheme.Ink));
            y += (lines.Count * size * Lettering.LineHeight) + 2;
        }

        var labels = Up.Marks.Select(m => TextLines.Cut(m.Label, LabelSize, WidestLabel)).ToArray();
        var left = Margin + Math.Max(24, labels.Select(l => TextWidth.Of(l, LabelSize)).DefaultIfEmpty().Max()) + 10;
        var right = width - Math.Max(Margin, (Across.Marks.Select(m => TextWidth.Of(m.Label, LabelSize)).DefaultIfEmpty().Max() / 2) + 4);
        if (Up.Name.Length > 0)
        {
            letters.Add(new Lettering([TextLines.Cut(Up.Name, LabelSize, width - (2 * Margin))], Margin, y + 18, LabelSize, Anchor.Start, PlotTheme.Ink));
            y += 24;
        }

        var top = y + 6 + Headroom;
        var bottom = top + plotHeight;
        for (var i = 0; i < labels.Length; i++)
        {
            letters.Add(new Lettering([labels[i]], left - 10, Down(Up.Marks[i].At) + (0.36 * LabelSize), LabelSize, Anchor.End, PlotTheme.Ink));
        }

        foreach (var mark in Across.Marks)
            letters.Add(new Lettering([TextLines.Printable(mark.Label)], Along(mark.At), bottom + 20, LabelSize, Anchor.Middle, PlotTheme.Ink));
        y = bottom + 26;
        if (Across.Name.Length > 0)
        {
            var lines = TextLines.Wrap(Across.Name, LabelSize, width - (2 * Margin));
            letters.Add(new Lettering(lines, (left + right) / 2, y + 16, LabelSize, Anchor.Middle, PlotTheme.Ink));
            y += 4 + (lines.Count * LabelSize * Lettering.LineHeight);
        }

        foreach (var (text, x, at, up, size, anchor) in _inPlot)
            letters.Add(new Lettering([TextLines.Printable(text)], Along(x), Down(at) - up, size, anchor, PlotTheme.Ink, OverPlot: true));
        if (_nothing is not null)
        {
            var lines = TextLines.Wrap(_nothing, 16, Math.Max(120, right - left - 40));
            letters.Add(
                new Lettering(
                    lines,
                    (left + right) / 2,
                    ((top + bottom) / 2) - ((lines.Count - 1) * 8 * Lettering.LineHeight),
                    16,
                    Anchor.Middle,
                    PlotTheme.Ink,
                    OverPlot: true
                )
            );
        }

        var swatches = new List<Swatch>();
        y += 14;
        foreach (var (key, text) in _legend)
        {
            var indent = key is null ? 0 : Swatch.Width + 10;
            var lines = TextLines.Wrap(text, LegendSize, width - (2 * Margin) - indent, 4);
            if (key is { } sign)
                swatches.Add(new Swatch(Margin, y + (0.5 * LegendSize), sign));
            letters.Add(new Lettering(lines, Margin + indent, y + (0.86 * LegendSize), LegendSize, Anchor.Start, PlotTheme.Ink));
            y += (lines.Count * LegendSize * Lettering.LineHeight) + 3;
        }

        Plot.Layout.Fixed(new PixelRect((float)left, (float)right, (float)bottom, (float)top));
        Plot.Axes.SetLimits(Across.From, Across.To, Up.From, Up.To);
        Plot.Axes.Bottom.TickGenerator = Ticks(Across);
        Plot.Axes.Left.TickGenerator = Ticks(Up);
        return new Picture(Plot, width, (int)Math.Ceiling(y + Margin - 6), title, words, letters, swatches);

        double Along(double x) => left + ((x - Across.From) / (Across.To - Across.From) * (right - left));
        double Down(double at) => bottom - ((at - Up.From) / (Up.To - Up.From) * (bottom - top));
    }

    private static NumericManual Ticks(Axis axis) => new([.. axis.Marks.Select(m => m.At)], [.. axis.Marks.Select(_ => "")]);
}
