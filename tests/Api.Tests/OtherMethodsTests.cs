using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Samples;

namespace Api.Tests;

/// <summary>HEAD is GET without a body, and OPTIONS says what an address answers, wherever one looks.</summary>
public sealed class OtherMethodsTests(ServedApi api) : IClassFixture<ServedApi>
{
    [Fact]
    public async Task Head_answers_what_get_answers_without_its_body()
    {
        await api.SettledAsync();
        var (different, asked) = (new List<string>(), 0);
        var names = new Dictionary<string, string>
        {
            ["slug"] = "nato-enlargement-stands-2021",
            ["analyst"] = "owner",
            ["a"] = "owner",
            ["b"] = "reference:uniform",
            ["name"] = "icd203",
        };
        foreach (var endpoint in api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") != true)
                continue;
            var pattern = endpoint.RoutePattern.RawText!;
            if (
                pattern is "/metrics" or "/mcp" or "/live"
                || pattern.StartsWith("/docs", StringComparison.Ordinal)
                || pattern.StartsWith("/scalar", StringComparison.Ordinal)
            )
                continue;
            var url = System.Text.RegularExpressions.Regex.Replace(pattern, @"\{([^}:*?]+)[^}]*\}", m => names.GetValueOrDefault(m.Groups[1].Value, "none"));
            using var got = await api.Owner.GetAsync(new Uri(url, UriKind.Relative));
            using var headed = await HeadAsync(url);
            asked++;
            if (got.StatusCode != headed.StatusCode)
                different.Add($"{url}: {(int)got.StatusCode} and {(int)headed.StatusCode}");
            else if (got.Content.Headers.ContentType?.ToString() != headed.Content.Headers.ContentType?.ToString())
                different.Add($"{url}: {got.Content.Headers.ContentType} and {headed.Content.Headers.ContentType}");
            else if (!url.EndsWith("/consensus", StringComparison.Ordinal) && got.Headers.ETag?.ToString() != headed.Headers.ETag?.ToString())
                different.Add($"{url}: {got.Headers.ETag} and {headed.Headers.ETag}");
            if ((await headed.Content.ReadAsByteArrayAsync()).Length > 0)
                different.Add($"{url} sends a body");
        }

        Assert.True(different.Count == 0, string.Join('\n', different));
        Assert.True(asked > 25);
    }

    [Fact]
    public async Task Head_of_what_is_live_ends_after_its_head()
    {
        using var live = await HeadAsync("/live").WaitAsync(Patience.Longest);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (live.StatusCode, live.Content.Headers.ContentType?.MediaType));
        // And the service goes on.
        using var me = await HeadAsync("/me");
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
    }

    [Fact]
    public async Task Head_of_what_nobody_may_see_is_refused_as_get_is()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/me");
        using var response = await api.Nobody.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("/me", "GET, HEAD, OPTIONS")]
    [InlineData("/questions", "GET, HEAD, OPTIONS, POST")]
    [InlineData("/questions/any/forecast", "DELETE, OPTIONS, PUT")]
    [InlineData("/questions/any/forecasts/ana", "GET, HEAD, OPTIONS")]
    public async Task Options_says_which_methods_an_address_has(string url, string allowed)
    {
        using var options = new HttpRequestMessage(HttpMethod.Options, url);
        using var response = await api.Owner.SendAsync(options);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow.Order(StringComparer.Ordinal)));
        Assert.Equal("", await response.Content.ReadAsStringAsync());
        using var patch = new HttpRequestMessage(HttpMethod.Patch, url);
        using var refused = await api.Owner.SendAsync(patch);
        if (refused.StatusCode != HttpStatusCode.MethodNotAllowed)
            return;
        Assert.Equal(allowed, string.Join(", ", refused.Content.Headers.Allow.Order(StringComparer.Ordinal)));
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Options_of_nothing_is_a_404()
    {
        using var options = new HttpRequestMessage(HttpMethod.Options, "/nowhere");
        using var response = await api.Owner.SendAsync(options);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private async Task<HttpResponseMessage> HeadAsync(string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, url);
        return await api.Owner.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
