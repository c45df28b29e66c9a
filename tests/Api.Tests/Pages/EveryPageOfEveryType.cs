using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Api.ContentNegotiation;
using Api.Pages.Texts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Pages;

/// <summary>Every page there is, of questions of every type in every state, in both languages.</summary>
public sealed partial class EveryPageOfEveryType(QuestionsOfEveryType api) : IClassFixture<QuestionsOfEveryType>
{
    private static readonly string[] Forecasters = ["ann", "consensus:median", "reference:uniform"];

    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public async Task Is_whole_and_loads_nothing_but_what_this_service_has(string language)
    {
        using var browser = new Browser(api, language).As(api.Owner);
        var seen = 0;
        foreach (var url in Addresses())
        {
            using var response = await browser.GetAsync(url);
            var page = await response.Content.ReadAsStringAsync();
            var status = response.StatusCode;
            // Who has no scores on a question has no explanation of them, and who has not forecast it has no history.
            Assert.True(status is HttpStatusCode.OK or HttpStatusCode.NotFound, $"{url}: {(int)status} {page}");
            Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
            Assert.Contains("Accept", response.Headers.Vary);
            Assert.Contains(response.Content.Headers.ContentLanguage, l => l == language);
            Assert.StartsWith("<!DOCTYPE html>", page.TrimStart('\uFEFF', '\r', '\n', ' '), StringComparison.Ordinal);
            Assert.Contains($"<html lang=\"{language}\">", page, StringComparison.Ordinal);
            Assert.Single(Regex.Matches(page, "<h1"));
            Assert.True(page.Length < 400_000, $"{url} has {page.Length} characters.");
            Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<style", page, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"\son[a-z]+=", Tag().Matches(page).Aggregate("", (all, tag) => all + tag.Value));
            foreach (Match source in Sources().Matches(page))
                Assert.StartsWith("/", source.Groups[1].Value, StringComparison.Ordinal);
            var policy = string.Join("; ", response.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            seen += status == HttpStatusCode.OK ? 1 : 0;
        }

        Assert.True(seen > 60, $"{seen} pages were there.");
    }

    [Fact]
    public async Task Shows_no_number_that_the_API_does_not_give()
    {
        using var browser = new Browser(api).As(api.Owner);
        var (pages, numbers) = (0, 0);
        foreach (var url in Addresses())
        {
            using var response = await browser.GetAsync(url);
            if (response.StatusCode != HttpStatusCode.OK)
                continue;
            var page = await response.Content.ReadAsStringAsync();
            var shown = Browser.Numbers(page);
            if (shown.Count == 0)
                continue;
            var given = new HashSet<double>();
            foreach (var source in SourcesOf(url, page))
            {
                using var answer = await api.Owner.GetAsync(new Uri(source, UriKind.Relative));
                if (answer.StatusCode == HttpStatusCode.OK)
                    Gather(JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement, given);
            }

            Assert.All(shown, n => Assert.True(given.Contains(n.Exact), $"{url} shows {n.Exact}, which the API does not give there."));
            Assert.All(shown, n => Assert.True(IsWritten(n.Exact, n.Written), $"{url} writes {n.Exact} as {n.Written}."));
            (pages, numbers) = (pages + 1, numbers + shown.Count);
        }

        Assert.True(pages > 30 && numbers > 300, $"{pages} pages showed {numbers} numbers.");
    }

    [Fact]
    public async Task Speaks_Korean_but_for_what_people_wrote_and_what_it_marks_as_English()
    {
        using var browser = new Browser(api, "ko").As(api.Owner);
        var written = await WrittenByPeopleAsync();
        var (found, seen) = (new List<string>(), new Dictionary<HttpStatusCode, int>());
        foreach (var url in Addresses().Concat(OtherAddresses()))
        {
            using var response = await browser.GetAsync(url);
            seen[response.StatusCode] = seen.GetValueOrDefault(response.StatusCode) + 1;
            Assert.Equal(("text/html", "ko"), (response.Content.Headers.ContentType?.MediaType, response.Content.Headers.ContentLanguage.Single()));
            var page = Marked().Replace(await response.Content.ReadAsStringAsync(), "\n");
            // What is read out is not only what is seen.
            var said = Spoken().Matches(page).Select(m => m.Groups[1].Value).Prepend(Tag().Replace(page, "\n")).ToList();
            Assert.True(Hangul().Count(said[0]) > 20, $"{url} says next to nothing in Korean.");
            foreach (var line in said.SelectMany(s => s.Split('\n')).Select(WebUtility.HtmlDecode).Select(l => l!))
            {
                var ours = written.Aggregate(line, (left, text) => left.Replace(text, "", StringComparison.Ordinal));
                if (Latin().IsMatch(ours))
                    found.Add($"{url}: {line.Trim()}");
            }
        }

        Assert.True(found.Count == 0, string.Join('\n', found.Distinct()));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.NotFound], seen.Keys.Order());
        Assert.True(seen[HttpStatusCode.OK] > 80, $"{seen[HttpStatusCode.OK]} pages were there.");
    }

    [Fact]
    public void Has_words_for_every_code_that_it_shows()
    {
        IEnumerable<string> Of<T>(string of)
            where T : struct, Enum => Enum.GetValues<T>().Select(v => $"{of}.{Domain.Spelling.Of(v)}");
        var names = Of<Domain.Questions.QuestionStatus>("status")
            .Concat(Of<Domain.Questions.QuestionType>("type"))
            .Concat(Of<Domain.People.ForecasterKind>("kind"))
            .Concat(Of<Domain.People.Role>("role"))
            .Concat(Of<Api.Scores.ScoringStatus>("scoring"))
            .Concat(Of<Store.Importing.ImportKind>("importKind"))
            .Concat(Of<Store.Importing.ImportStatus>("importStatus"))
            .Concat(Domain.Consensus.ConsensusMethods.All.Select(m => $"method.{m.Name}"))
            .Concat(Domain.Scoring.Rules.ScoringRules.All.Select(r => $"rule.{r.Name}"));
        Assert.All(PageTexts.All, t => Assert.DoesNotContain(names, n => t.Find(n) is null));
    }

    [Fact]
    public void Is_named_in_the_description_of_its_address()
    {
        var forms = api.Services.GetRequiredService<HtmlForms>();
        var pages = api.Contract.Operations.Where(o => o.Method == "GET" && forms.AreOf(o.Path)).ToList();
        Assert.True(pages.Count > 15, $"{pages.Count} addresses have a page.");
        Assert.All(pages, p => Assert.NotNull(p.Json["responses"]!["200"]!["content"]!["text/html"]));
    }

    [Fact]
    public async Task Answers_programs_as_before()
    {
        foreach (var url in Addresses().Where(u => u != "/" && !u.EndsWith("/dossier", StringComparison.Ordinal)))
        {
            using var plain = await api.Owner.GetAsync(new Uri(url, UriKind.Relative));
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.TryAddWithoutValidation("Accept", "application/json, text/html;q=0.9, */*;q=0.1");
            using var likesJson = await api.Owner.SendAsync(request);
            Assert.EndsWith("json", plain.Content.Headers.ContentType?.MediaType, StringComparison.Ordinal);
            Assert.Equal(plain.Content.Headers.ContentType?.MediaType, likesJson.Content.Headers.ContentType?.MediaType);
        }
    }

    /// <summary>A number as a page writes it, read back: it is the exact one to the digits that it has.</summary>
    private static bool IsWritten(double exact, string written)
    {
        var text = written.Replace('−', '-').Replace(",", "", StringComparison.Ordinal);
        var isPercent = text.EndsWith('%');
        text = text.TrimEnd('%', '\u202f');
        if (text.StartsWith('<'))
            return exact < 0.001;
        if (text.StartsWith('>'))
            return exact > 0.999;
        var value = isPercent ? exact * 100 : exact;
        var digits = text.IndexOf('.') is >= 0 and var point ? text.Length - point - 1 : 0;
        // Percent have one digit where it is no zero.
        var half = isPercent ? 0.05 : 0.5 * Math.Pow(10, -digits);
        return Math.Abs(double.Parse(text, System.Globalization.CultureInfo.InvariantCulture) - value) <= half + 1e-9;
    }

    /// <summary>What of the API a page is made of.</summary>
    private static IEnumerable<string> SourcesOf(string url, string page)
    {
        if (!url.EndsWith("/dossier", StringComparison.Ordinal))
            yield return url;
        var parts = url.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is ["questions", var slug])
        {
            foreach (var part in new[] { "timeline", "scores", "forecasts/owner", "consensus/history?limit=500" })
                yield return $"/questions/{slug}/{part}";
            foreach (var method in Domain.Consensus.ConsensusMethods.All)
                yield return $"/questions/{slug}/consensus?method={method.Name}";
        }
        else if (parts is ["questions", var printed, "dossier"])
        {
            foreach (var part in new[] { "timeline", "scores", "consensus/history?limit=500" })
                yield return $"/questions/{printed}/{part}";
        }
        else if (parts is ["questions", var said, "consensus"])
        {
            foreach (var part in new[] { "timeline", "consensus/history?limit=500" })
                yield return $"/questions/{said}/{part}";
        }
        else if (parts is ["questions", var scored, "scores", "generations"])
        {
            yield return $"/questions/{scored}/scores";
        }
        else if (parts is ["analysts", var analyst])
        {
            yield return $"/analysts/{analyst}/calibration";
            yield return $"/analysts/{analyst}/scores?limit=12";
        }
        else if (parts is ["questions"] or [])
        {
            foreach (Match question in Questions().Matches(page))
                yield return $"/questions/{question.Groups[1].Value}/timeline";
        }
        else if (parts is ["leaderboard"])
        {
            yield return "/leaderboard?rule=brier";
        }
        else if (parts is [.., "compare", _])
        {
            yield return $"{url}?rule=brier";
        }
    }

    private static void Gather(JsonElement json, HashSet<double> numbers)
    {
        if (json.ValueKind == JsonValueKind.Number)
            numbers.Add(json.GetDouble());
        else if (json.ValueKind == JsonValueKind.Array)
            foreach (var item in json.EnumerateArray())
                Gather(item, numbers);
        else if (json.ValueKind == JsonValueKind.Object)
            foreach (var field in json.EnumerateObject())
                Gather(field.Value, numbers);
    }

    /// <summary>Pages that are no page of a thing, refusals, and empty states.</summary>
    private static IEnumerable<string> OtherAddresses() =>
        [
            "/sign-in",
            "/time-zone",
            "/time-zone?zone=nowhere",
            "/nowhere",
            "/questions?colour=red",
            "/questions?asOf=yesterday",
            "/questions?status=draft",
            "/questions/binary-resolved?asOf=2024-01-15",
            "/questions/binary-resolved/scores?asOf=2024-01-15",
            "/questions/binary-resolved/consensus?method=oracle",
            "/calibration?type=date",
            "/calibration?horizon=7d-30d",
            "/calibration?tag=nothing",
            "/leaderboard?minQuestions=1000",
            "/leaderboard?rule=oracle",
            "/leaderboard?tag=nothing",
            "/analysts/ann/compare/nobody-at-all",
            "/questions/nato-enlargement-stands-2021",
            "/questions/nato-enlargement-stands-2021/scores/kinu-co-17-04/explanation",
            "/questions/nato-enlargement-stands-2021/dossier",
            "/analysts/kinu-co-17-04",
            "/analysts/kinu-co-17-04/calibration",
        ];

    /// <summary>What people wrote: titles, criteria, options, reasons, names. The longest first, since one may hold another.</summary>
    private async Task<IReadOnlyList<string>> WrittenByPeopleAsync()
    {
        var texts = new HashSet<string>(StringComparer.Ordinal);
        foreach (
            var source in new[]
            {
                "/questions?limit=500",
                "/analysts?limit=500",
                "/questions/nato-enlargement-stands-2021/resolution",
                "/questions/nato-enlargement-stands-2021/forecasts?asOf=2018-01-01",
            }
        )
            Texts(await api.GetAsync(source), texts);
        return [.. texts.Where(t => t.Contains(' ', StringComparison.Ordinal)).OrderByDescending(t => t.Length)];
    }

    private static void Texts(JsonElement json, HashSet<string> texts)
    {
        if (json.ValueKind == JsonValueKind.String)
            texts.Add(json.GetString()!);
        else if (json.ValueKind == JsonValueKind.Array)
            foreach (var item in json.EnumerateArray())
                Texts(item, texts);
        else if (json.ValueKind == JsonValueKind.Object)
            foreach (var field in json.EnumerateObject())
                Texts(field.Value, texts);
    }

    private IEnumerable<string> Addresses()
    {
        yield return "/";
        foreach (var slug in api.Slugs)
            yield return $"/questions/{slug}/dossier";
        var forms = api.Services.GetRequiredService<HtmlForms>();
        foreach (var endpoint in api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => forms.Of(e) is not null))
        {
            var route = endpoint.RoutePattern.RawText!;
            var slugs = route.Contains("{slug}", StringComparison.Ordinal) ? api.Slugs : [""];
            var people = route.Contains("{analyst}", StringComparison.Ordinal) ? Forecasters : [""];
            foreach (var slug in slugs)
            {
                foreach (var person in people)
                {
                    yield return route
                        .Replace("{slug}", slug, StringComparison.Ordinal)
                        .Replace("{analyst}", person, StringComparison.Ordinal)
                        .Replace("{id}", api.Imported, StringComparison.Ordinal)
                        .Replace("{a}", "ann", StringComparison.Ordinal)
                        .Replace("{b}", "consensus:median", StringComparison.Ordinal);
                }
            }
        }
    }

    [GeneratedRegex("href=\"/questions/([a-z0-9-]+)[\"?]")]
    private static partial Regex Questions();

    [GeneratedRegex("<[/!]?[a-zA-Z][^>]*>")]
    private static partial Regex Tag();

    // What is no speech, and what is marked as English.
    [GeneratedRegex("<(pre|code|datalist|head)\\b.*?</\\1>|<(\\w+)[^>]* lang=\"en\"[^>]*>.*?</\\2>", RegexOptions.Singleline)]
    private static partial Regex Marked();

    [GeneratedRegex(" (?:aria-label|title|placeholder|alt|data-zoom|data-close)=\"([^\"]*)\"")]
    private static partial Regex Spoken();

    [GeneratedRegex(@"\p{IsHangulSyllables}")]
    private static partial Regex Hangul();

    // Two words beside one another.
    [GeneratedRegex("[A-Za-z]{2,}[,;:.]? [A-Za-z]{2,}")]
    private static partial Regex Latin();

    [GeneratedRegex("(?:src|<link[^>]*href|action)=\"([^\"]*)\"")]
    private static partial Regex Sources();
}
