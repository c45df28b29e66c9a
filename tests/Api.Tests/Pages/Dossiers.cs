using System.Net;
using System.Text.RegularExpressions;
using Api.Tests.Lifecycle;
using static Api.Tests.RunningApi;

namespace Api.Tests.Pages;

/// <summary>A question to print, with what proves it.</summary>
public sealed class Dossiers(LoggedApi api) : IClassFixture<LoggedApi>
{
    [Fact]
    public async Task A_dossier_has_what_was_asked_forecast_decided_and_scored_and_where_it_lies_in_the_ledger()
    {
        var question = await api.WithForecastAsync(0.35);
        await api.Owner.DoAsync($"{question.Url}/clarifications", new { text = "A drop is rain." });
        await api.Owner.DoAsync($"{question.Url}/resolution", Asking.Outcome("yes"));
        await question.Resolver.ConfirmAsync(question.Slug);
        await api.EventuallyAsync($"{question.Url}/scores", s => s.GetProperty("generation").GetInt32() > 0);
        var resolution = await api.EventuallyAsync(
            $"{question.Url}/resolution",
            r => r.GetProperty("steps").EnumerateArray().All(s => s.TryGetProperty("ledgerIndex", out _))
        );
        var (forecast, index) = await api.LoggedAsync(question.Slug, "owner");

        using var browser = new Browser(api).As(api.Owner);
        var page = await browser.PageAsync($"{question.Url}/dossier");
        var words = Browser.Words(page);

        var read = await question.ReadAsync();
        foreach (var field in new[] { "title", "resolutionCriteria", "proposedBy", "confirmedBy", "reason" })
            Assert.Contains(read.GetProperty(field).GetString()!, words, StringComparison.Ordinal);
        Assert.Contains("A drop is rain.", words, StringComparison.Ordinal);
        Assert.Contains("a gauge", words, StringComparison.Ordinal);
        Assert.Contains(Browser.Numbers(page), n => Math.Abs(n.Exact - 0.4225) < 1e-12);
        var leaves = Regex
            .Matches(page, "<th scope=\"row\" class=\"n\">([0-9,]+)</th>.*?/audit/events/([0-9a-f-]{36})/proof", RegexOptions.Singleline)
            .ToDictionary(
                m => Guid.Parse(m.Groups[2].Value),
                m => long.Parse(m.Groups[1].Value, System.Globalization.NumberStyles.AllowThousands, System.Globalization.CultureInfo.InvariantCulture)
            );
        Assert.Equal(index, leaves[forecast]);
        Assert.All(
            resolution.GetProperty("steps").EnumerateArray(),
            s => Assert.Equal(s.GetProperty("ledgerIndex").GetInt64(), leaves[s.GetProperty("eventId").GetGuid()])
        );
        using var note = await api.Nobody.GetAsync(new Uri("/audit/ledger/checkpoint", UriKind.Relative));
        Assert.Contains((await note.Content.ReadAsStringAsync()).Split('\n')[0], words, StringComparison.Ordinal);
        foreach (var proof in leaves.Keys)
        {
            using var response = await api.Owner.GetAsync(new Uri($"/audit/events/{proof}/proof", UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task A_dossier_is_a_page_alone_and_says_so_to_programs()
    {
        var question = await api.WithForecastAsync(0.5);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{question.Url}/dossier");
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        using var refused = await api.Owner.SendAsync(request);
        Assert.Contains("text/html", (await Json(refused, HttpStatusCode.NotAcceptable)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_with_both_times_goes_on_showing_what_it_showed()
    {
        var question = await api.WithForecastAsync(0.35);
        using var browser = new Browser(api).As(api.Owner);
        foreach (var url in new[] { question.Url, $"{question.Url}/dossier" })
        {
            var cited = Cited(await browser.PageAsync(url));
            var before = Said(await browser.PageAsync(cited));
            Assert.Contains("35\u202f%", before, StringComparison.Ordinal);
            await api.Owner.DoAsync($"{question.Url}/forecast", new { probability = 0.35 + (url.Length / 1000.0) }, HttpMethod.Put);
            await api.Owner.DoAsync($"{question.Url}/clarifications", new { text = "Said later." });
            Assert.Equal(before, Said(await browser.PageAsync(cited)));
            Assert.NotEqual(before, Said(await browser.PageAsync(url)));
        }

        // The checkpoint is that of the reading, and says so.
        static string Said(string page) => Regex.Replace(Browser.Words(page), "(?s)Proofs.*", "");
    }

    [Fact]
    public async Task What_was_decided_later_is_not_on_the_page_of_an_earlier_time()
    {
        var question = await api.WithForecastAsync(0.35);
        await api.Owner.DoAsync($"{question.Url}/resolution", Asking.Outcome("yes", "It was seen at first."));
        await question.Resolver.DoAsync($"{question.Url}/resolution/reject", new { reason = "It was not seen.", proposal = await question.ProposalAsync() });
        using var browser = new Browser(api).As(api.Owner);
        var cited = Cited(await browser.PageAsync(question.Url));
        await api.Owner.DoAsync($"{question.Url}/forecast", new { probability = 0.91 }, HttpMethod.Put);
        await api.Owner.DoAsync($"{question.Url}/resolution", Asking.Outcome("no", "It was seen at last."));
        await question.Resolver.ConfirmAsync(question.Slug);
        foreach (var url in new[] { cited, cited.Replace("?", "/dossier?", StringComparison.Ordinal) })
        {
            var words = Browser.Words(await browser.PageAsync(url));
            Assert.Contains("It was seen at first.", words, StringComparison.Ordinal);
            Assert.DoesNotContain("It was seen at last.", words, StringComparison.Ordinal);
            Assert.DoesNotContain("91\u202f%", words, StringComparison.Ordinal);
        }
    }

    private static string Cited(string page) => WebUtility.HtmlDecode(Regex.Match(page, "class=\"cite\"><a href=\"([^\"]+)\"").Groups[1].Value);
}
