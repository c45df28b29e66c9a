using System.Security;
using System.Text;
using ScottPlot;
using SkiaSharp;

namespace Api.Drawing;

/// <summary>A plot with its lettering, and with what it shows in words for those who cannot see it.</summary>
/// <param name="Plot">What is drawn; no text is in it.</param>
/// <param name="Width">In pixels at 96 to the inch.</param>
/// <param name="Height">Likewise.</param>
/// <param name="Title">What it is a picture of.</param>
/// <param name="Words">What is to be seen in it.</param>
/// <param name="Letters">The text in it.</param>
/// <param name="Legend">The signs beside the text of its legend.</param>
public sealed record Picture(Plot Plot, int Width, int Height, string Title, string Words, IReadOnlyList<Lettering> Letters, IReadOnlyList<Swatch> Legend)
{
    // A PNG is drawn at twice the size, so that it can be printed.
    private const int Finer = 2;

    private const int MostNamed = 5;

    /// <summary>The picture as SVG, its text as text and its text alternative in <c>title</c> and <c>desc</c>. It needs no font here.</summary>
    public string Svg()
    {
        using var drawn = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(new SKRect(0, 0, Width, Height), drawn))
            Shapes(canvas);
        var svg = Encoding.UTF8.GetString(drawn.GetBuffer(), 0, (int)drawn.Length);
        var start = svg.IndexOf("<svg", StringComparison.Ordinal);
        var head = svg.IndexOf('>', start);
        var end = svg.LastIndexOf("</svg>", StringComparison.Ordinal);
        return $"""
            {svg[start..head]} role="img" aria-labelledby="title words" viewBox="0 0 {Width} {Height}">
            <title id="title">{Escaped(Title)}</title>
            <desc id="words">{Escaped(Words)}</desc>
            {svg[(head + 1)..end]}{SvgLetters.Write(Letters)}</svg>
            """;
    }

    /// <summary>The picture as PNG, its text alternative in the text chunks <c>Title</c> and <c>Description</c>.</summary>
    /// <param name="faces">The fonts of its text; they have the letters of English.</param>
    /// <param name="lacks">
    /// What it lacks, in a sentence that also stands beneath the picture: characters that no font has, in the place of which <c>[?]</c> is drawn.
    /// Null where it is whole.
    /// </param>
    public byte[] Png(Typefaces faces, out string? lacks)
    {
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var line in Letters.SelectMany(l => l.Lines))
            TextRuns.Of(line, faces, missing);
        lacks = missing.Count == 0 ? null : Lacking(missing);
        var note = lacks is null ? null : new Lettering(TextLines.Wrap(lacks, 12, Width - 32), 16, Height + 12, 12, Anchor.Start, PlotTheme.Ink);
        var height = Height + (note is null ? 0 : (int)Math.Ceiling(12 + (note.Lines.Count * note.Size * Lettering.LineHeight)));
        using var surface =
            SKSurface.Create(new SKImageInfo(Width * Finer, height * Finer))
            ?? throw new InvalidOperationException($"No surface of {Width} by {height} pixels can be had.");
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Scale(Finer);
        Shapes(surface.Canvas);
        PngLetters.Draw(surface.Canvas, note is null ? Letters : [.. Letters, note], faces, missing);
        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        return PngText.Add(
            png.ToArray(),
            ("Title", TextLines.Printable(Title)),
            ("Description", TextLines.Printable(lacks is null ? Words : $"{Words} {lacks}"))
        );
    }

    /// <summary>The picture as an answer of a media type.</summary>
    public IResult ToResult(string mediaType) => new PictureResult(this, mediaType);

    private void Shapes(SKCanvas canvas)
    {
        Plot.Render(canvas, new PixelRect(0, Width, Height, 0));
        foreach (var swatch in Legend)
            Sign(canvas, swatch);
    }

    private static void Sign(SKCanvas canvas, Swatch swatch)
    {
        var (x, y, key) = ((float)swatch.X, (float)swatch.Y, swatch.Key);
        using var ink = new SKPaint { Color = key.Colour.ToSKColor(), IsAntialias = true };
        if (key.IsArea)
        {
            canvas.DrawRect(x, y - 6, (float)Swatch.Width, 12, ink);
            return;
        }

        StrokedLine.Stroke(canvas, key, [new SKPoint(x, y), new SKPoint(x + (float)Swatch.Width, y)]);
        if (!(key.MarkerSize > 0))
            return;
        ink.IsStroke = key.Hollow;
        ink.StrokeWidth = key.Hollow ? 1.5f : 0;
        canvas.DrawCircle(x + ((float)Swatch.Width / 2), y, key.MarkerSize / 2, ink);
    }

    private static string Lacking(SortedSet<string> missing)
    {
        var named = missing.Take(MostNamed).Select(c => $"U+{Rune.GetRuneAt(c, 0).Value:X4}");
        var more = missing.Count > MostNamed ? $" and {missing.Count - MostNamed} more" : "";
        return $"{TextRuns.Missing}: no font of this server has {string.Join(", ", named)}{more}. Ask for image/svg+xml, which your own fonts draw, "
            + "or install a font here that has them.";
    }

    private static string Escaped(string text) => SecurityElement.Escape(TextLines.Printable(text));
}
