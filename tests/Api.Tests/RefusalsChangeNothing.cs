using System.Net;
using System.Text.Json;
using Api.Problems;
using static Api.Tests.RunningApi;

namespace Api.Tests;

/// <summary>Whatever is refused leaves no event and no change behind.</summary>
public sealed class RefusalsChangeNothing(RefusalsChangeNothing.OpenAndClosed fixture) : IClassFixture<RefusalsChangeNothing.OpenAndClosed>
{
    private RunningApi Service => fixture.Service;

    [Theory]
    [InlineData("""{"probability":1.01}""")]
    [InlineData("""{"probability":-0.01}""")]
    [InlineData("""{"probability":NaN}""")]
    [InlineData("""{"probability":"NaN"}""")]
    [InlineData("""{"probability":1e309}""")]
    [InlineData("""{"probability":"0.5"}""")]
    [InlineData("""{"probability":0.5,"unheardOf":1}""")]
    [InlineData("""{"probability":0.5,"probability":0.6}""")]
    [InlineData("""{"probability":0.5,"term":"likely"}""")]
    [InlineData("""{"probabilities":{"yes":0.5,"no":0.6}}""")]
    [InlineData("""{"probabilities":{"yes":0.5,"perhaps":0.5}}""")]
    [InlineData("""{"term":"quite likely"}""")]
    [InlineData("""{"term":"likely","scale":"mine"}""")]
    [InlineData("""{"quantiles":[{"p":0.5,"value":1}]}""")]
    [InlineData("""{"probability":0.5,"expiresAt":"2001-01-01T00:00:00Z"}""")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{")]
    public async Task A_bad_forecast(string body) => await Refused(HttpMethod.Put, "/questions/open/forecast", body, HttpStatusCode.BadRequest);

    [Fact]
    public async Task A_forecast_after_the_close() =>
        await Refused(HttpMethod.Put, "/questions/closed/forecast", """{"probability":0.5}""", HttpStatusCode.Conflict);

    [Fact]
    public async Task A_rationale_of_ten_megabytes() =>
        await Refused(
            HttpMethod.Put,
            "/questions/open/forecast",
            $$"""{"probability":0.5,"rationale":"{{new string('x', 10_000_000)}}"}""",
            HttpStatusCode.RequestEntityTooLarge
        );

    [Fact]
    public async Task A_second_opening() => await Refused(HttpMethod.Post, "/questions/open/open", null, HttpStatusCode.Conflict);

    [Fact]
    public async Task Confirming_ones_own_proposal() =>
        await Refused(HttpMethod.Post, "/questions/proposed/resolution/confirm", null, HttpStatusCode.Forbidden, ifMatch: "*");

    [Fact]
    public async Task A_confirmation_of_nobody_knows_what() =>
        await Refused(HttpMethod.Post, "/questions/proposed/resolution/confirm", null, HttpStatusCode.PreconditionRequired);

    [Fact]
    public async Task An_unknown_query_parameter() => await Refused(HttpMethod.Get, "/questions?colour=red", null, HttpStatusCode.BadRequest);

    [Fact]
    public async Task An_instant_without_an_offset() =>
        await Refused(HttpMethod.Get, "/questions/open/forecasts?asOf=2017-08-01T00:00:00", null, HttpStatusCode.BadRequest);

    [Fact]
    public async Task A_stale_version() => await Refused(HttpMethod.Post, "/questions/open/close", null, HttpStatusCode.PreconditionFailed, ifMatch: "\"99\"");

    [Fact]
    public async Task A_request_without_a_token()
    {
        var before = await Service.EventsAsync();
        using var response = await Service.Nobody.PutAsync(new Uri("/questions/open/forecast", UriKind.Relative), Body("""{"probability":0.5}"""));
        await Problem(response, HttpStatusCode.Unauthorized);
        Assert.Equal(before, await Service.EventsAsync());
    }

    [Fact]
    public async Task A_caller_without_the_role()
    {
        var reader = await Service.AsAsync("reader", "auditor");
        var before = await Service.EventsAsync();
        using var response = await reader.PutAsync(new Uri("/questions/open/forecast", UriKind.Relative), Body("""{"probability":0.5}"""));
        await Problem(response, HttpStatusCode.Forbidden);
        Assert.Equal(before, await Service.EventsAsync());
    }

    private async Task Refused(HttpMethod method, string url, string? body, HttpStatusCode expected, string? ifMatch = null)
    {
        var before = await Service.EventsAsync();
        using var request = new HttpRequestMessage(method, url) { Content = body is null ? null : Body(body) };
        if (ifMatch is not null)
            request.Headers.Add("If-Match", ifMatch);
        using var response = await Service.Owner.SendAsync(request);
        await Problem(response, expected);
        Assert.Equal(before, await Service.EventsAsync());
    }

    private static async Task Problem(HttpResponseMessage response, HttpStatusCode expected)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == response.StatusCode, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.NotEqual("", problem.GetProperty("type").GetString());
        Assert.NotEqual("", problem.GetProperty("detail").GetString());
        if (expected == HttpStatusCode.BadRequest)
            Assert.Equal(JsonValueKind.Object, problem.GetProperty("errors").ValueKind);
    }

    /// <summary>A service with an open, a closed and a proposed question.</summary>
    public sealed class OpenAndClosed : IAsyncLifetime
    {
        public RunningApi Service { get; } = new();

        public async ValueTask InitializeAsync()
        {
            await Service.InitializeAsync();
            foreach (var slug in new[] { "open", "closed", "proposed" })
                await Service.OpenQuestionAsync(slug);
            using var closed = await Service.Owner.PostAsync(new Uri("/questions/closed/close", UriKind.Relative), null);
            await Json(closed, HttpStatusCode.OK);
            using var proposed = await Service.Owner.PostAsync(
                new Uri("/questions/proposed/resolution", UriKind.Relative),
                Body($$"""{"outcome":"yes","knownAt":"{{DateTimeOffset.UtcNow:yyyy-MM-ddTHH:mm:ssZ}}","reason":"Seen.","evidence":["a gauge"]}""")
            );
            await Json(proposed, HttpStatusCode.OK);
        }

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
