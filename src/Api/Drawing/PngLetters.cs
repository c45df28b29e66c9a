using SkiaSharp;

namespace Api.Drawing;

/// <summary>Draws text on a canvas, each part of it with a font that has it.</summary>
internal static class PngLetters
{
    /// <param name="canvas">On what.</param>
    /// <param name="texts">What.</param>
    /// <param name="faces">With which fonts.</param>
    /// <param name="missing">Where the characters go that no font has.</param>
    public static void Draw(SKCanvas canvas, IEnumerable<Lettering> texts, Typefaces faces, ISet<string> missing)
    {
        foreach (var text in texts)
        {
            for (var i = 0; i < text.Lines.Count; i++)
                Line(canvas, text, TextRuns.Of(text.Lines[i], faces, missing), text.Baseline + (i * text.Size * Lettering.LineHeight));
        }
    }

    private static void Line(SKCanvas canvas, Lettering text, IReadOnlyList<TextRun> runs, double baseline)
    {
        var blobs = new List<(SKTextBlob? Blob, float Width)>();
        foreach (var run in runs)
        {
            using var font = new SKFont(run.Face.Face, (float)text.Size)
            {
                Edging = SKFontEdging.Antialias,
                Hinting = SKFontHinting.None,
                Subpixel = true,
            };
            blobs.Add(IsPlain(run) ? (SKTextBlob.Create(run.Text, font), font.MeasureText(run.Text)) : Shaped(run, font));
        }

        var width = blobs.Sum(b => b.Width);
        var x =
            (float)text.X
            - (
                text.Anchor switch
                {
                    Anchor.Start => 0,
                    Anchor.Middle => width / 2,
                    _ => width,
                }
            );
        foreach (var (blob, wide) in blobs)
        {
            if (blob is not null)
            {
                if (text.OverPlot)
                    Draw(
                        blob,
                        x,
                        new SKPaint
                        {
                            Color = SKColors.White,
                            IsAntialias = true,
                            IsStroke = true,
                            StrokeWidth = 4,
                            StrokeJoin = SKStrokeJoin.Round,
                        }
                    );
                Draw(blob, x, new SKPaint { Color = text.Colour.ToSKColor(), IsAntialias = true });
                blob.Dispose();
            }

            x += wide;
        }

        void Draw(SKTextBlob blob, float at, SKPaint paint)
        {
            canvas.DrawText(blob, at, (float)baseline, paint);
            paint.Dispose();
        }
    }

    private static (SKTextBlob? Blob, float Width) Shaped(TextRun run, SKFont font)
    {
        var shaped = run.Face.Shape(run.Text, run.FromRight, font);
        using var builder = new SKTextBlobBuilder();
        builder.AddPositionedRun(Array.ConvertAll(shaped.Codepoints, c => (ushort)c), font, shaped.Points);
        return (builder.Build(), shaped.Width);
    }

    // Letters that stand side by side whatever their neighbours are: of these no shape needs to be found.
    private static bool IsPlain(TextRun run) =>
        !run.FromRight
        && run.Text.All(c =>
            c < 0x0300
            || c
                is (>= (char)0x0370 and <= (char)0x058F)
                    or (>= (char)0x2010 and <= (char)0x2BFF)
                    or (>= (char)0x3000 and <= (char)0xD7A3)
                    or (>= (char)0xF900 and <= (char)0xFAFF)
                    or (>= (char)0xFF00 and <= (char)0xFFEF)
        );
}
