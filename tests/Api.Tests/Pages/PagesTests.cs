using System.Net;
using System.Net.Http.Json;
using System.Resources;
using System.Text.RegularExpressions;
using Api.Pages.Texts;
using static Api.Tests.RunningApi;

namespace Api.Tests.Pages;

/// <summary>What pages do beside showing what the API gives.</summary>
public sealed class PagesTests(PagesTests.ReadByAll api) : IClassFixture<PagesTests.ReadByAll>
{
    /// <summary>A service that everybody may read.</summary>
    public sealed class ReadByAll : RunningApi
    {
        protected override IReadOnlyList<string> Settings => ["--Access:PublicReads", "true", "--Access:PublicPeople", "true"];

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await SettledAsync();
        }
    }

    [Fact]
    public async Task Where_reads_are_public_pages_are_read_without_a_sign_in()
    {
        using var browser = new Browser(api);
        foreach (var url in new[] { "/", "/questions", "/questions/nato-enlargement-stands-2021", "/leaderboard", "/calibration", "/analysts" })
            await browser.PageAsync(url);
        using var audit = await browser.GetAsync("/audit/events");
        Assert.Equal(HttpStatusCode.Unauthorized, audit.StatusCode);
    }

    [Fact]
    public async Task What_is_not_there_is_said_in_a_page_to_a_browser_and_in_a_problem_document_to_a_program()
    {
        using var browser = new Browser(api);
        foreach (
            var url in new[]
            {
                "/questions/none",
                "/questions/%2500",
                "/questions/%25",
                "/questions/%2500/dossier",
                "/nowhere",
                "/questions?asOf=yesterday",
                "/questions?colour=red",
            }
        )
        {
            using var page = await browser.GetAsync(url);
            using var document = await api.Nobody.GetAsync(new Uri(url, UriKind.Relative));
            Assert.Equal(document.StatusCode, page.StatusCode);
            Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
            Assert.Equal("application/problem+json", document.Content.Headers.ContentType?.MediaType);
            var detail = (await Json(document, document.StatusCode)).GetProperty("detail").GetString()!;
            Assert.Contains(detail, Browser.Words(await page.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/questions/%2500.json")]
    [InlineData("/questions/%2500/dossier")]
    [InlineData("/analysts/%252F.csv")]
    public async Task A_percent_sign_in_an_address_is_read_once(string url)
    {
        using var response = await api.Nobody.GetAsync(new Uri(url, UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Fields_that_a_form_leaves_empty_are_left_out_of_the_address()
    {
        using var browser = new Browser(api);
        using var response = await browser.GetAsync("/questions?q=&status=resolved&type=&tag=&asOf=now&knownAt=");
        Assert.Equal((HttpStatusCode.Redirect, "/questions?status=resolved"), (response.StatusCode, response.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task A_question_as_of_an_instant_shows_nothing_that_came_after_it()
    {
        using var browser = new Browser(api);
        var now = Browser.Words(await browser.PageAsync("/questions/nato-enlargement-stands-2021"));
        var then = Browser.Words(await browser.PageAsync("/questions/nato-enlargement-stands-2021?asOf=2018-06-30"));
        Assert.Contains("Resolved: yes", now, StringComparison.Ordinal);
        Assert.Contains("North Macedonia", now, StringComparison.Ordinal);
        Assert.DoesNotContain("Resolved", then, StringComparison.Ordinal);
        Assert.DoesNotContain("North Macedonia", then, StringComparison.Ordinal);
        Assert.Contains("Montenegro", then, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_change_before_now_is_none_that_is_still_to_come()
    {
        await api.OpenQuestionAsync("page-expiry");
        var expiresAt = DateTimeOffset.UtcNow.AddHours(1);
        using var stated = await api.Owner.PutAsJsonAsync("/questions/page-expiry/forecast", new { probability = 0.5, expiresAt });
        Assert.True(stated.IsSuccessStatusCode);

        using var browser = new Browser(api);
        var before = Link(await browser.PageAsync("/questions/page-expiry"), "prev");

        var shown = Uri.UnescapeDataString(before)[(Uri.UnescapeDataString(before).IndexOf("asOf=", StringComparison.Ordinal) + 5)..].Split('&')[0];
        Assert.True(Domain.Instants.Parse(shown) < expiresAt.AddMinutes(-1), before);
    }

    [Fact]
    public async Task The_changes_before_and_after_an_instant_are_a_link_away()
    {
        using var browser = new Browser(api);
        var page = await browser.PageAsync("/questions/nato-enlargement-stands-2021?asOf=2018-06-30");
        var before = Link(page, "prev");
        var after = Link(page, "next");
        Assert.Matches("asOf=2017|asOf=2018-0[1-6]", before);
        Assert.Matches("asOf=2018-0[7-9]|asOf=2018-07", after);
        await browser.PageAsync(before);
        await browser.PageAsync(after);
    }

    [Fact]
    public async Task The_language_is_the_browser_s_unless_the_reader_chooses_one()
    {
        using var browser = new Browser(api, "ko-KR,ko;q=0.9,en;q=0.5");
        Assert.Contains("<html lang=\"ko\">", await browser.PageAsync("/questions"), StringComparison.Ordinal);
        using var chosen = await browser.GetAsync("/language/en?to=%2Fquestions%3Fstatus%3Dopen");
        Assert.Equal("/questions?status=open", chosen.Headers.Location?.OriginalString);
        Assert.Contains("<html lang=\"en\">", await browser.PageAsync("/questions"), StringComparison.Ordinal);
        using var none = await browser.GetAsync("/language/xx");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Theory]
    [InlineData("en", "4 Jul 2017, 05:05 UTC−4", "4 Jul 2017, 09:05 UTC")]
    [InlineData("ko", "2017년 7월 4일, 05:05 UTC−4", "2017년 7월 4일, 09:05 UTC")]
    public async Task Days_and_times_are_those_of_the_zone_that_the_reader_chooses(string language, string inNewYork, string inUtc)
    {
        using var browser = new Browser(api, language);
        const string Url = "/questions/nato-enlargement-stands-2021?asOf=2017-07-04T09:05:00Z";
        Assert.Contains(inUtc, WebUtility.HtmlDecode(await browser.PageAsync(Url)), StringComparison.Ordinal);
        using var chosen = await browser.GetAsync($"/time-zone?zone=america%2Fnew_york&to={Uri.EscapeDataString(Url)}");
        Assert.Equal((HttpStatusCode.Redirect, Url), (chosen.StatusCode, chosen.Headers.Location?.OriginalString));

        var page = WebUtility.HtmlDecode(await browser.PageAsync(Url));
        Assert.Contains(inNewYork, page, StringComparison.Ordinal);
        Assert.Contains("America/New_York", page, StringComparison.Ordinal);
        // It opened on 8 February at midnight, UTC, which is the evening before in New York; what the address asks for stays what it is.
        Assert.Contains(language == "ko" ? "2017년 2월 7일" : "7 Feb 2017", Browser.Words(page), StringComparison.Ordinal);
        Assert.Contains("value=\"2017-07-04T09:05:00Z\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zone_that_is_none_changes_nothing_and_one_that_is_gone_falls_back_to_UTC_and_both_are_said()
    {
        using var browser = new Browser(api);
        foreach (var none in new[] { "Mars/Olympus", "../../etc/passwd", "/usr/share/zoneinfo/Asia/Seoul", "right/Asia/Seoul", new string('a', 5_000) })
        {
            using var refused = await browser.GetAsync($"/time-zone?zone={Uri.EscapeDataString(none)}&to=/questions");
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains("There is no such time zone", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Contains("Times in UTC", await browser.PageAsync("/questions"), StringComparison.Ordinal);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, "/questions/nato-enlargement-stands-2021");
        request.Headers.TryAddWithoutValidation("Cookie", "forecasts-time-zone=Mars%2F%3Cb%3E");
        using var response = await browser.SendAsync(request);
        var page = await response.Content.ReadAsStringAsync();
        Assert.Contains("Times in UTC", page, StringComparison.Ordinal);
        Assert.Contains("The time zone “Mars/<b>” that you chose is not known here", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.DoesNotContain("<b>”", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_language_has_the_same_words_with_the_same_places()
    {
        var english = Words("English");
        var korean = Words("Korean");
        Assert.Equal(english.Keys.Order(StringComparer.Ordinal), korean.Keys.Order(StringComparer.Ordinal));
        Assert.All(english, w => Assert.Equal(Places(w.Value), Places(korean[w.Key])));
        Assert.All(korean.Values, Assert.NotEmpty);
    }

    [Fact]
    public async Task The_style_sheet_is_small_and_kept_for_as_long_as_it_is_the_same()
    {
        using var browser = new Browser(api);
        var address = Regex.Match(await browser.PageAsync("/questions"), "href=\"(/style/[^\"]+)\"").Groups[1].Value;
        using var response = await browser.GetAsync(address);
        Assert.Equal("text/css", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("immutable", response.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
        Assert.InRange((await response.Content.ReadAsByteArrayAsync()).Length, 1, 15_000);
        Assert.DoesNotContain("http", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_people_write_is_text_on_a_page_and_never_markup()
    {
        await api.OpenQuestionAsync("marked-up", new { title = "<script>alert(1)</script> & \"quotes\"", resolutionCriteria = "<img src=x onerror=alert(1)>" });
        using var browser = new Browser(api);
        foreach (var url in new[] { "/questions/marked-up", "/questions?q=script", "/questions?tag=%22%3E%3Cscript%3E" })
        {
            var page = await browser.PageAsync(url);
            Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        }
    }

    private static string Link(string page, string rel) => WebUtility.HtmlDecode(Regex.Match(page, $"<link rel=\"{rel}\" href=\"([^\"]+)\"").Groups[1].Value);

    private static string Places(string words) =>
        string.Join(",", Regex.Matches(words, @"\{\d\}").Select(m => m.Value).Distinct().Order(StringComparer.Ordinal));

    private static Dictionary<string, string> Words(string language) =>
        new ResourceManager($"Api.Pages.Texts.{language}", typeof(PageTexts).Assembly)
            .GetResourceSet(System.Globalization.CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!
            .Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(w => (string)w.Key, w => (string)w.Value!, StringComparer.Ordinal);
}
