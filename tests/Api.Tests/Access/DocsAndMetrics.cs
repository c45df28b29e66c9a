using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Samples;

namespace Api.Tests.Access;

/// <summary>The page for browsers and the metrics for machines are behind the rules of the rest, and the page loads nothing from elsewhere.</summary>
public sealed partial class DocsAndMetrics(RunningApi api) : IClassFixture<RunningApi>
{
    [Theory]
    [InlineData("/docs")]
    [InlineData("/docs/style.css")]
    [InlineData("/metrics")]
    public async Task Without_a_token_neither_is_shown(string url)
    {
        using var response = await SendAsync(url, null);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_browser_is_asked_for_a_password_and_the_token_is_one()
    {
        using var asked = await SendAsync("/docs", null);
        Assert.Contains(asked.Headers.WwwAuthenticate, c => c.Scheme == "Basic");
        using var shown = await SendAsync("/docs", Password(Token));
        Assert.Equal((HttpStatusCode.OK, "text/html"), (shown.StatusCode, shown.Content.Headers.ContentType?.MediaType));
        using var wrong = await SendAsync("/docs", Password("fc_" + new string('0', 64)));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
    }

    [Theory]
    [InlineData("/me")]
    [InlineData("/questions")]
    [InlineData("/metrics")]
    public async Task A_password_opens_nothing_but_the_page(string url)
    {
        using var response = await SendAsync(url, Password(Token));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.DoesNotContain(response.Headers.WwwAuthenticate, c => c.Scheme == "Basic");
    }

    [Fact]
    public async Task The_page_names_every_operation_and_no_foreign_host()
    {
        var page = await ReadAsync("/docs");
        Assert.All(api.Contract.Operations, o => Assert.Contains($"{o.Method} {WebUtility.HtmlEncode(o.Path)}", page, StringComparison.Ordinal));
        var style = await ReadAsync("/docs/style.css");
        Assert.DoesNotContain(
            "//",
            page.Replace("<!doctype html>", "", StringComparison.Ordinal).Replace("&#58;//", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("//", style, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        var loaded = Addresses().Matches(page).Select(m => m.Groups[1].Value).ToList();
        Assert.Contains("/docs/style.css", loaded);
        Assert.All(loaded, a => Assert.True(a.StartsWith('/') || a.StartsWith('#'), a));
    }

    [Fact]
    public async Task Every_answer_has_a_content_security_policy_and_that_of_a_page_allows_no_script()
    {
        foreach (var url in new[] { "/docs", "/docs/style.css", "/metrics", "/questions", "/", "/health/live", "/openapi/v1.json", "/nowhere" })
        {
            using var response = await SendAsync(url, new AuthenticationHeaderValue("Bearer", Token));
            var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("script-src", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Histograms_of_seconds_show_what_happens_within_one()
    {
        await ReadAsync("/questions");
        var metrics = "";
        // A request is counted when its answer has been sent, and what another reader was told a moment ago is told again.
        await Patience.UntilAsync(async () =>
            (metrics = await ReadAsync("/metrics")).Contains("http_server_request_duration_seconds_bucket", StringComparison.Ordinal)
        );
        var series = metrics.Split('\n').Where(l => l.Contains("_seconds_bucket{", StringComparison.Ordinal)).ToList();
        foreach (var name in series.Select(l => l[..l.IndexOf('{', StringComparison.Ordinal)]).Distinct())
            Assert.True(
                series.Count(l => l.StartsWith(name + "{", StringComparison.Ordinal) && BelowOne().IsMatch(l)) >= 8,
                $"{name} has few buckets below a second"
            );
    }

    private string Token => api.Owner.DefaultRequestHeaders.Authorization!.Parameter!;

    private static AuthenticationHeaderValue Password(string password) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("anybody:" + password)));

    private async Task<string> ReadAsync(string url)
    {
        using var response = await SendAsync(url, new AuthenticationHeaderValue("Bearer", Token));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    private async Task<HttpResponseMessage> SendAsync(string url, AuthenticationHeaderValue? authorization)
    {
        var client = new HttpClient(api.Road()) { BaseAddress = api.Nobody.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Authorization = authorization } };
        return await client.SendAsync(request);
    }

    [GeneratedRegex("(?:href|src)=\"([^\"]*)\"")]
    private static partial Regex Addresses();

    [GeneratedRegex("le=\"0\\.\\d+\"")]
    private static partial Regex BelowOne();
}
