using System.Net;
using Api.ContentNegotiation;
using Api.Requests;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using static Api.Tests.RunningApi;

namespace Api.Tests;

/// <summary>A suffix of an address asks for a form of the same thing.</summary>
public sealed class FormsByAddress(RunningApi api) : IClassFixture<RunningApi>
{
    [Theory]
    [InlineData("/questions.json", "application/json")]
    [InlineData("/questions/nato-enlargement-stands-2021.json", "application/json")]
    [InlineData("/questions.json?limit=1", "application/json")]
    [InlineData("/exports/questions.csv", "text/csv")]
    [InlineData("/exports/questions.ndjson", "application/x-ndjson")]
    [InlineData("/audit/events.csv?limit=1", "text/csv")]
    [InlineData("/audit/events.ndjson?limit=1", "application/x-ndjson")]
    [InlineData("/audit/events.json?limit=1", "application/json")]
    [InlineData("/questions/nato-enlargement-stands-2021/consensus/history.json", "application/json")]
    public async Task A_suffix_asks_for_a_form_whatever_accept_says(string url, string type)
    {
        await api.SettledAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Accept.ParseAdd("text/html");
        using var response = await api.Owner.SendAsync(request);
        Assert.Equal((HttpStatusCode.OK, type), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Theory]
    [InlineData("/questions.png")]
    [InlineData("/me.csv")]
    [InlineData("/exports/questions.svg")]
    public async Task A_form_that_a_thing_does_not_have_is_not_found_and_the_answer_says_which_it_has(string url)
    {
        using var response = await api.Owner.GetAsync(new Uri(url, UriKind.Relative));
        Assert.Contains("it has .", (await Json(response, HttpStatusCode.NotFound)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_several_forms_says_that_it_varies()
    {
        var names = new Dictionary<string, string> { ["slug"] = "nato-enlargement-stands-2021", ["analyst"] = "reference:uniform" };
        var varying = 0;
        foreach (
            var endpoint in api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => FormSuffixes.Of(e).Count > 1)
        )
        {
            var url = System.Text.RegularExpressions.Regex.Replace(
                endpoint.RoutePattern.RawText!,
                @"\{([^}:*]+)[^}]*\}",
                m => names.GetValueOrDefault(m.Groups[1].Value, "none")
            );
            using var response = await api.Owner.GetAsync(new Uri(url, UriKind.Relative));
            Assert.Contains("Accept", response.Headers.Vary);
            varying++;
        }

        Assert.True(varying >= 6);
        using var one = await api.Owner.GetAsync(new Uri("/me", UriKind.Relative));
        Assert.DoesNotContain("Accept", one.Headers.Vary);
        using var described = await api.Owner.GetAsync(new Uri("/openapi/v1.json", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, described.StatusCode);
    }
}
