using System.Net;
using System.Text.Json;
using System.Xml.Linq;
using Api.Tests.Importing;

namespace Api.Tests.Drawing;

/// <summary>A service whose system has no font at all, as a container's.</summary>
public sealed class FontlessApi : RunningApi
{
    private readonly string _empty = Directory.CreateTempSubdirectory("no-fonts").FullName;

    protected override IReadOnlyList<string> Settings => ["--Drawing:Fonts", _empty];
}

/// <summary>Pictures on a machine that has no fonts.</summary>
public sealed class WithoutFonts(FontlessApi api) : IClassFixture<FontlessApi>
{
    [Fact]
    public async Task An_svg_bears_its_text_and_a_png_is_refused_with_the_forms_that_there_are()
    {
        await api.ImportAsync(
            "questions",
            "question,title,type,opens_at,closes_at\nferry,서울의 배가 다닐 것인가?,binary,2024-01-01T00:00:00Z,2024-03-01T00:00:00Z\n"
        );
        await api.ImportAsync("forecasts", "question,forecaster,made_at,probability\nferry,ann,2024-01-05T00:00:00Z,0.7\n");

        foreach (
            var url in new[]
            {
                "/questions/ferry/forecasts/ann",
                "/questions/ferry/consensus/history",
                "/leaderboard?tag=none",
                "/calibration?tag=none",
                "/calibration?tag=none&picture=murphy",
            }
        )
        {
            using var svg = await GetAsync(url, "image/svg+xml");
            Assert.Equal(HttpStatusCode.OK, svg.StatusCode);
            var texts = XDocument
                .Parse(await svg.Content.ReadAsStringAsync())
                .Descendants()
                .Where(e => e.Name.LocalName == "text")
                .Select(e => e.Value)
                .ToList();
            Assert.True(texts.Count > 1, url);
            if (url.StartsWith("/questions", StringComparison.Ordinal))
                Assert.Subset(texts.ToHashSet(), new HashSet<string> { "서울의 배가 다닐 것인가?", "probability", "0\u202f%", "100\u202f%" });

            using var png = await GetAsync(url, "image/png");
            Assert.Equal(HttpStatusCode.NotAcceptable, png.StatusCode);
            var detail = JsonDocument.Parse(await png.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString()!;
            Assert.Contains("image/svg+xml", detail, StringComparison.Ordinal);
            Assert.Contains("font", detail, StringComparison.Ordinal);
        }
    }

    private async Task<HttpResponseMessage> GetAsync(string url, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { { "Accept", accept } } };
        return await api.Owner.SendAsync(request);
    }
}
