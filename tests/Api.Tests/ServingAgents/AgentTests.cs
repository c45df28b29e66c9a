using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Domain.Scoring;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using static Api.Tests.RunningApi;

namespace Api.Tests.ServingAgents;

/// <summary>Agents that work over the Model Context Protocol.</summary>
public sealed class AgentTests(RunningApi api) : IClassFixture<RunningApi>
{
    [Fact]
    public async Task An_agent_finds_a_question_reads_it_forecasts_revises_and_reads_its_scores()
    {
        using var bot = await api.AsAsync("bot-trip", "analyst", "resolver");
        await api.OpenQuestionAsync("mcp-trip", new { title = "Will the parrot speak?", tags = new[] { "parrots" } });
        using var evidence = await api.Owner.PostAsJsonAsync(
            "/questions/mcp-trip/evidence",
            new
            {
                occurredAt = DateTimeOffset.UtcNow.AddDays(-1),
                title = "It whistled.",
                source = "The neighbour",
            }
        );
        await Json(evidence, HttpStatusCode.OK);
        await using var client = await ConnectAsync(bot);

        var tools = await client.ListToolsAsync();
        Assert.Equal(
            ["find_questions", "read_my_scores", "read_question", "reveal_forecast", "submit_forecast", "withdraw_forecast"],
            tools.Select(t => t.Name).Order(StringComparer.Ordinal)
        );
        var scoreTool = tools.Single(t => t.Name == "read_my_scores").Description;
        Assert.All(ScoreKey.All, key => Assert.Contains(key.Rule, scoreTool, StringComparison.Ordinal));
        Assert.Contains("Higher is better: spherical, baseline, peer,", scoreTool, StringComparison.Ordinal);
        var found = await CallAsync(client, "find_questions", new { text = "parrot" });
        Assert.Equal("mcp-trip", Assert.Single(found.GetProperty("items").EnumerateArray()).GetProperty("slug").GetString());

        await CallAsync(
            client,
            "submit_forecast",
            new
            {
                question = "mcp-trip",
                probability = 0.6,
                rationale = "It whistles.",
            }
        );
        await CallAsync(
            client,
            "submit_forecast",
            new
            {
                question = "mcp-trip",
                term = "likely",
                scale = "phia",
            }
        );
        var read = await CallAsync(client, "read_question", new { question = "mcp-trip" });
        Assert.Equal("It whistled.", read.GetProperty("question").GetProperty("evidence")[0].GetProperty("title").GetString());
        Assert.Equal(0.65, read.GetProperty("consensus").GetProperty("probability").GetDouble(), 12);
        Assert.Equal(2, read.GetProperty("yourForecast").GetProperty("steps").GetArrayLength());

        // It is the same forecast as over HTTP, under the same name.
        var history = await api.GetAsync("/questions/mcp-trip/forecasts/bot-trip");
        Assert.Equal(["ForecastSubmitted", "ForecastRevised"], history.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("type").GetString()));
        Assert.All(history.GetProperty("steps").EnumerateArray(), s => Assert.Equal("bot-trip", s.GetProperty("actor").GetString()));

        using var proposed = await api.Owner.PostAsJsonAsync(
            "/questions/mcp-trip/resolution",
            new
            {
                outcome = "yes",
                knownAt = DateTimeOffset.UtcNow,
                reason = "It spoke.",
                evidence = new[] { "A recording" },
            }
        );
        await Json(proposed, HttpStatusCode.OK);
        using var confirmed = await RunningApi.ConfirmAsync(bot, "mcp-trip");
        await Json(confirmed, HttpStatusCode.OK);
        await api.EventuallyAsync("/analysts/bot-trip/scores", s => s.GetProperty("items").GetArrayLength() == 1);
        var scores = await CallAsync(client, "read_my_scores", new { });
        Assert.Equal("mcp-trip", scores.GetProperty("items")[0].GetProperty("question").GetString());
    }

    [Fact]
    public async Task A_distribution_and_options_are_stated_as_over_HTTP_and_withdrawn()
    {
        using var bot = await api.AsAsync("bot-forms", "analyst");
        await api.OpenQuestionAsync(
            "mcp-number",
            new
            {
                type = "numeric",
                range = new
                {
                    min = 0,
                    max = 10,
                    open = Array.Empty<string>(),
                },
            }
        );
        await api.OpenQuestionAsync("mcp-options", new { type = "multipleChoice", options = new[] { "red", "blue" } });
        await using var client = await ConnectAsync(bot);

        var stated = await CallAsync(
            client,
            "submit_forecast",
            new { question = "mcp-number", quantiles = new[] { new { p = 0.1, value = 1 }, new { p = 0.9, value = 8 } } }
        );
        Assert.Equal(8, stated.GetProperty("quantiles")[1].GetProperty("value").GetDouble());
        var options = await CallAsync(client, "submit_forecast", new { question = "mcp-options", probabilities = new { red = 0.3, blue = 0.7 } });
        Assert.Equal(0.7, options.GetProperty("probabilities").GetProperty("blue").GetDouble());

        await CallAsync(client, "withdraw_forecast", new { question = "mcp-number" });
        var history = await api.GetAsync("/questions/mcp-number/forecasts/bot-forms");
        Assert.Equal("ForecastWithdrawn", history.GetProperty("steps")[1].GetProperty("type").GetString());
        Assert.Contains(
            "No forecast of yours stands",
            await RefusedAsync(client, "withdraw_forecast", new { question = "mcp-number" }),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("""{"question":"mcp-refused","probability":1.5}""", "between 0 and 1, and 1.5 does not")]
    [InlineData("""{"question":"mcp-refused"}""", "exactly one")]
    [InlineData("""{"question":"mcp-refused","probability":0.5,"term":"likely"}""", "exactly one")]
    [InlineData("""{"question":"mcp-refused","probability":0.5,"colour":"red"}""", "'colour' is no argument")]
    [InlineData("""{"probability":0.5}""", "needs 'question'")]
    [InlineData("""{"question":"mcp-refused","probability":"a lot"}""", "'probability' takes a number, such as 0.5, not \"a lot\".")]
    [InlineData("""{"question":"mcp-refused","probability":[0.5]}""", "'probability' takes a number, such as 0.5, not a list.")]
    [InlineData("""{"question":"mcp-refused","probabilities":{"yes":0.5,"no":"half"}}""", "'probabilities.no' takes a number, such as 0.5, not \"half\".")]
    [InlineData(
        """{"question":"mcp-refused","quantiles":[{"p":0.1,"value":1},{"p":"x","value":2}]}""",
        "'quantiles[1].p' takes a number, such as 0.5, not \"x\"."
    )]
    [InlineData("""{"question":"mcp-refused","probability":0.5,"evidence":"a page"}""", "'evidence' takes a list in brackets, not \"a page\".")]
    [InlineData("""{"question":17,"probability":0.5}""", "'question' takes text in quotes, not 17.")]
    [InlineData("""{"question":"mcp-refused","term":"dunno"}""", "has no term 'dunno'")]
    [InlineData("""{"question":"no-such-question","probability":0.5}""", "no question 'no-such-question'")]
    [InlineData("""{"question":"../mcp-refused","probability":0.5}""", "no question")]
    [InlineData("""{"question":"%00","probability":0.5}""", "no question")]
    public async Task A_forecast_that_is_refused_says_what_to_change_and_changes_nothing(string arguments, string reason)
    {
        if ((await api.Owner.GetAsync(new Uri("/questions/mcp-refused", UriKind.Relative))).StatusCode == HttpStatusCode.NotFound)
            await api.OpenQuestionAsync("mcp-refused");
        await using var client = await ConnectAsync(api.Owner);
        Assert.Contains(reason, await RefusedAsync(client, "submit_forecast", JsonElement.Parse(arguments)), StringComparison.Ordinal);
        using var history = await api.Owner.GetAsync(new Uri("/questions/mcp-refused/forecasts/owner", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, history.StatusCode);
    }

    [Fact]
    public async Task A_caller_without_the_role_reads_and_does_not_forecast()
    {
        await api.OpenQuestionAsync("mcp-role");
        using var auditor = await api.AsAsync("bot-auditor", "auditor");
        await using var client = await ConnectAsync(auditor);
        await CallAsync(client, "read_question", new { question = "mcp-role" });
        Assert.Contains(
            "role analyst",
            await RefusedAsync(client, "submit_forecast", new { question = "mcp-role", probability = 0.5 }),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Without_a_token_or_with_a_revoked_one_there_is_no_session()
    {
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync(api.Nobody));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        using var registered = await api.Owner.PostAsJsonAsync(
            "/analysts",
            new
            {
                analyst = "bot-gone",
                name = "Gone",
                roles = new[] { "analyst" },
            }
        );
        var issued = await Json(registered, HttpStatusCode.Created);
        using var gone = api.Client(issued.GetProperty("token").GetString()!);
        await using var client = await ConnectAsync(gone);
        await CallAsync(client, "find_questions", new { });
        using var revoked = await api.Owner.DeleteAsync(new Uri($"/analysts/bot-gone/tokens/{issued.GetProperty("tokenId").GetString()}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        var now = await Assert.ThrowsAsync<HttpRequestException>(() => CallAsync(client, "find_questions", new { }));
        Assert.Equal(HttpStatusCode.Unauthorized, now.StatusCode);
    }

    private static Task<McpClient> ConnectAsync(HttpClient http) =>
        McpClient.CreateAsync(
            new HttpClientTransport(
                new HttpClientTransportOptions { Endpoint = new Uri(http.BaseAddress!, "/mcp"), TransportMode = HttpTransportMode.StreamableHttp },
                http,
                ownsHttpClient: false
            )
        );

    private static async Task<JsonElement> CallAsync(McpClient client, string tool, object arguments)
    {
        var result = await client.CallToolAsync(tool, Arguments(arguments));
        Assert.False(result.IsError ?? false, Text(result));
        return result.StructuredContent!.Value;
    }

    private static async Task<string> RefusedAsync(McpClient client, string tool, object arguments)
    {
        var result = await client.CallToolAsync(tool, Arguments(arguments));
        Assert.True(result.IsError, Text(result));
        return Text(result);
    }

    private static string Text(CallToolResult result) => string.Concat(result.Content.OfType<TextContentBlock>().Select(c => c.Text));

    private static Dictionary<string, object?> Arguments(object arguments) =>
        JsonSerializer.SerializeToElement(arguments).EnumerateObject().ToDictionary(p => p.Name, p => (object?)p.Value);
}
