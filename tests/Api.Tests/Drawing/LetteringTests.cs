using System.Text;
using System.Xml.Linq;
using Api.Drawing;
using SkiaSharp;
using static Api.Tests.Drawing.Timelines;

namespace Api.Tests.Drawing;

/// <summary>What is written on pictures, whatever fonts there are.</summary>
public sealed class LetteringTests
{
    private static readonly Typefaces NoFonts = Typefaces.OfFolder(Path.Combine(Path.GetTempPath(), "no-such-folder"));

    [Theory]
    [InlineData("Will the municipal council of the harbour town approve the second stage of the breakwater before the close of the financial year? ")]
    [InlineData("항만시의회는회계연도가끝나기전에방파제의두번째단계를승인할것인가")]
    [InlineData("港の町の議会は会計年度が終わるまでに防波堤の第二段階を承認するか。")]
    [InlineData("هل سيوافق مجلس المدينة على المرحلة الثانية؟ ")]
    public void A_long_title_is_written_whole_on_lines_that_fit(string piece)
    {
        var title = string.Concat(Enumerable.Repeat(piece, 40))[..Math.Min(1_000, piece.Length * 40)].TrimEnd();
        var picture = Draw(Question(title: title), Probabilities("ann", (3, 0.7)));

        Assert.Equal(title, picture.Texts()[0]);
        var lines = picture.Letters[0].Lines;
        Assert.True(lines.Count > 3);
        Assert.All(lines, l => Assert.InRange(TextWidth.Of(l.TrimEnd(), 17), 1, picture.Width - 32));
        Assert.True(picture.Letters.Skip(1).All(l => l.Baseline > picture.Letters[0].Baseline + ((lines.Count - 1) * 17)));
    }

    [Theory]
    [InlineData("a<b & \"c\" > 'd'")]
    [InlineData("bell \a tab \t null \0 escape \u001b[31m and \uffff")]
    [InlineData("half \ud83d of a pair")]
    [InlineData("turned \u202e round")]
    public void A_title_of_any_characters_is_well_formed(string title)
    {
        var picture = Draw(Question(title: title), Probabilities("ann", (3, 0.7)));

        var svg = XDocument.Parse(picture.Svg());
        Assert.Equal(TextLines.Printable(title), picture.Texts()[0]);
        Assert.DoesNotContain(svg.Root!.Value, c => char.IsControl(c) && c != '\n');
    }

    [Fact]
    public void Every_text_lies_within_the_picture()
    {
        var picture = Draw(
            Question(outcome: "yes") with
            {
                Unit = null,
                Evidence = [new(Opens.AddDays(3), new string('W', 500), "s", null)],
            },
            Probabilities(new string('w', 80), (3, 0.7))
        );

        foreach (var text in picture.Letters)
        {
            foreach (var line in text.Lines)
            {
                var wide = TextWidth.Of(line.TrimEnd(), text.Size);
                var left =
                    text.X
                    - (
                        text.Anchor switch
                        {
                            Anchor.Start => 0,
                            Anchor.Middle => wide / 2,
                            _ => wide,
                        }
                    );
                Assert.True(left >= 0 && left + wide <= picture.Width, line);
            }

            Assert.InRange(text.Baseline + ((text.Lines.Count - 1) * text.Size * Lettering.LineHeight), 0, picture.Height);
        }
    }

    [Fact]
    public void Lines_keep_their_dashes_in_an_svg()
    {
        var picture = Draw(Question(), Probabilities("ann", (3, 0.7)), Probabilities("ben", (3, 0.4)) with { IsBackground = true });

        // The canvas that writes an SVG drops the dashes of a stroke: these are shapes, each beginning anew.
        var dashed = Assert.Single(picture.Plot.GetPlottables<StrokedLine>(), l => !l.Look.Pattern.Equals(ScottPlot.LinePattern.Solid));
        var path = XDocument
            .Parse(picture.Svg())
            .Descendants()
            .Where(e =>
                e.Name.LocalName == "path" && string.Equals(e.Attribute("fill")?.Value, dashed.Look.Colour.ToHex(), StringComparison.OrdinalIgnoreCase)
            );
        Assert.Contains(path, e => e.Attribute("d")!.Value.Count(c => c == 'M') > 20);
    }

    [Fact]
    public void A_server_without_fonts_cannot_write_a_png_and_says_so() => Assert.False(NoFonts.CanWrite);

    [Fact]
    public void What_no_font_has_is_named_in_the_picture_in_place_of_boxes()
    {
        using var folder = new FontFolder("DejaVuSans.ttf");
        var faces = Typefaces.OfFolder(folder.Path);
        var picture = Draw(Question(title: "Will 서울 win?"), Probabilities("ann", (3, 0.7)));

        var png = picture.Png(faces, out var lacks);

        Assert.Equal(
            "[?]: no font of this server has U+C11C, U+C6B8. Ask for image/svg+xml, which your own fonts draw, or install a font here that has them.",
            lacks
        );
        Assert.Contains("U+C11C", Encoding.Latin1.GetString(png), StringComparison.Ordinal);
        using var image = SKBitmap.Decode(png);
        Assert.True(image.Height > 2 * picture.Height, "The sentence has room of its own.");
        var missing = new HashSet<string>();
        Assert.Equal("Will [?] win?", string.Concat(TextRuns.Of("Will 서울 win?", faces, missing).Select(r => r.Text)));
        Assert.Equal(["서", "울"], missing.Order(StringComparer.Ordinal));

        Draw(Question(title: "Will Βόλος and Омск win?"), Probabilities("ann", (3, 0.7))).Png(faces, out var nothing);
        Assert.Null(nothing);
    }

    [Theory]
    [InlineData("Will it? هل يرتفع السعر 2024 now", "Will it? |2024| now")]
    [InlineData("هل يرتفع 12 now", "now|12")]
    public void Letters_from_the_right_are_laid_out_from_the_right(string line, string inOrder)
    {
        using var folder = new FontFolder("DejaVuSans.ttf");

        var runs = TextRuns.Of(line, Typefaces.OfFolder(folder.Path), new HashSet<string>());

        Assert.Equal(inOrder.Split('|').Select(r => r.Trim()), runs.Where(r => !r.FromRight).Select(r => r.Text.Trim()).Where(t => t.Length > 0));
        Assert.Contains(runs, r => r.FromRight);
    }

    /// <summary>A folder with one of the system's fonts; the test is skipped where it has not got it.</summary>
    private sealed class FontFolder : IDisposable
    {
        public FontFolder(string font)
        {
            var found = Directory.Exists("/usr/share/fonts")
                ? Directory.EnumerateFiles("/usr/share/fonts", font, SearchOption.AllDirectories).FirstOrDefault()
                : null;
            Assert.SkipWhen(found is null, $"{font} is not installed.");
            File.Copy(found!, System.IO.Path.Combine(Path, font));
        }

        public string Path { get; } = Directory.CreateTempSubdirectory("fonts").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
