using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Api.Tests.Pages;

/// <summary>The picture on a page and the one to download are of the same axes, with the same marks.</summary>
public sealed partial class AxesOfPictures(QuestionsOfEveryType api) : IClassFixture<QuestionsOfEveryType>
{
    /// <summary>A mark: what stands at it, and where it lies along its axis.</summary>
    private sealed record Mark(string Text, double At);

    [Theory]
    [InlineData("binary-resolved")]
    [InlineData("binary-partial")]
    [InlineData("multiplechoice-resolved")]
    [InlineData("ordered-resolved")]
    [InlineData("numeric-resolved")]
    [InlineData("date-resolved")]
    public async Task Of_a_question_over_time(string slug)
    {
        using var browser = new Browser(api).As(api.Owner);
        var page = Drawn(await browser.PageAsync($"/questions/{slug}"));
        var file = await FileAsync($"/questions/{slug}/consensus/history.svg");

        var up = Marks(file, "end", m => m.Y);
        Assert.Equal(up.Select(m => m.Text), Marks(page, "class=\"end\"", m => m.Y).Select(m => m.Text));
        AssertSpaced(up, Marks(page, "class=\"end\"", m => m.Y));
        var across = Marks(file, "middle", m => m.X, IsTime);
        var onPage = Marks(page, "class=\"mid\"", m => m.X, t => t.Contains(' ', StringComparison.Ordinal));
        Assert.NotEmpty(across);
        Assert.Equal(across.Select(m => InWords(m.Text)), onPage.Select(m => m.Text));
        AssertSpaced(across, onPage);
    }

    [Fact]
    public async Task Of_calibration()
    {
        using var browser = new Browser(api).As(api.Owner);
        var page = await browser.PageAsync("/analysts/reference:uniform/calibration");
        var figure = page[page.IndexOf("<svg viewBox=\"0 0 430", StringComparison.Ordinal)..];
        var file = await FileAsync("/analysts/reference:uniform/calibration.svg");
        Assert.Equal(
            Marks(file, "end", m => m.Y).Select(m => m.Text),
            Marks(figure[..figure.IndexOf("</svg>", StringComparison.Ordinal)], "class=\"end\"", m => m.Y).Select(m => m.Text)
        );
    }

    [Fact]
    public async Task Of_a_Murphy_diagram()
    {
        using var browser = new Browser(api).As(api.Owner);
        var page = await browser.PageAsync("/analysts/reference:uniform/calibration");
        var figure = page[page.IndexOf("murphy-title", StringComparison.Ordinal)..];
        figure = figure[..figure.IndexOf("</svg>", StringComparison.Ordinal)];
        var file = await FileAsync("/analysts/reference:uniform/calibration.svg?picture=murphy");

        var up = Marks(file, "end", m => m.Y, IsNumber);
        Assert.NotEmpty(up);
        Assert.Equal(up.Select(m => m.Text), Marks(figure, "class=\"end\"", m => m.Y, IsNumber).Select(m => m.Text));
        AssertSpaced(up, Marks(figure, "class=\"end\"", m => m.Y, IsNumber));
    }

    private async Task<string> FileAsync(string url)
    {
        using var response = await api.Owner.GetAsync(new Uri(url, UriKind.Relative));
        return await response.Content.ReadAsStringAsync();
    }

    private static string Drawn(string page)
    {
        var figure = page[page.IndexOf("aria-labelledby=\"timeline-title", StringComparison.Ordinal)..];
        return figure[..figure.IndexOf("</svg>", StringComparison.Ordinal)];
    }

    private static bool IsNumber(string text) => Regex.IsMatch(text, @"^\d+(\.\d+)?$");

    private static bool IsTime(string text) => Regex.IsMatch(text, @"^\d{4}(-\d{2}){0,2}$");

    private static string InWords(string time) =>
        time.Length switch
        {
            10 => DateTime.Parse(time, CultureInfo.InvariantCulture).ToString("d MMM", CultureInfo.InvariantCulture),
            7 => DateTime.Parse(time + "-01", CultureInfo.InvariantCulture).ToString("MMM yyyy", CultureInfo.InvariantCulture),
            _ => time,
        };

    private static List<Mark> Marks(string svg, string kind, Func<(double X, double Y), double> along, Func<string, bool>? isOne = null) =>
        [
            .. Letters()
                .Matches(svg)
                .Where(m => m.Value.Contains(kind, StringComparison.Ordinal) && m.Groups["text"].Value.Length > 0)
                .Select(m => new Mark(WebUtility.HtmlDecode(m.Groups["text"].Value), along((Number(m.Value, " x"), Number(m.Value, " y")))))
                .Where(m => isOne?.Invoke(m.Text) ?? true),
        ];

    private static double Number(string tag, string name) =>
        double.Parse(Regex.Match(tag, $"{name}=\"([^\"]+)\"").Groups[1].Value, CultureInfo.InvariantCulture);

    /// <summary>The marks lie at the same places of their axes: what lies between two of them is the same share of the whole.</summary>
    private static void AssertSpaced(List<Mark> one, List<Mark> other)
    {
        for (var i = 1; i < one.Count; i++)
            Assert.Equal(Share(one, i), Share(other, i), 0.01);

        static double Share(List<Mark> marks, int i) => (marks[i].At - marks[0].At) / (marks[^1].At - marks[0].At);
    }

    [GeneratedRegex("<text [^>]*>(?<text>[^<]*)</text>")]
    private static partial Regex Letters();
}
