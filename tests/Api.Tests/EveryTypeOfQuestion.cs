using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using static Api.Tests.RunningApi;

namespace Api.Tests;

/// <summary>The whole way of a question of each type, from draft to scores.</summary>
public sealed class EveryTypeOfQuestion(RunningApi api) : IClassFixture<RunningApi>
{
    [Theory]
    [InlineData(
        "multiple",
        """{"type":"multipleChoice","options":["a","b","c"]}""",
        """{"probabilities":{"a":0.2,"b":0.5,"c":0.3}}""",
        "\"b\"",
        "brier.final",
        (0.04 + 0.25 + 0.09) / 2
    )]
    [InlineData(
        "ordered",
        """{"type":"ordered","options":["a","b","c"]}""",
        """{"probabilities":{"a":0.2,"b":0.5,"c":0.3}}""",
        "\"b\"",
        "brierOrdered.final",
        (2 * 0.04 + 2 * 0.09) / 2
    )]
    [InlineData("numeric", """{"type":"numeric","range":{"min":0,"max":10}}""", """{"quantiles":[{"p":0.5,"value":5}]}""", "5", "crps.final", 250.0 / 300)]
    [InlineData(
        "date",
        """{"type":"date","range":{"min":"2026-01-01","max":"2026-01-11"}}""",
        """{"quantiles":[{"p":0.5,"value":"2026-01-06"}]}""",
        "\"2026-01-06\"",
        "crps.final",
        250.0 / 300
    )]
    public async Task Is_asked_forecast_withdrawn_forecast_again_resolved_and_scored(
        string slug,
        string draft,
        string forecast,
        string outcome,
        string key,
        double expected
    )
    {
        var resolver = await api.AsAsync($"resolver-{slug}", "resolver");
        var body = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(draft)!;
        await api.OpenQuestionAsync(slug, body);
        foreach (var method in new[] { HttpMethod.Put, HttpMethod.Delete, HttpMethod.Put })
        {
            using var request = new HttpRequestMessage(method, $"/questions/{slug}/forecast") { Content = method == HttpMethod.Put ? Body(forecast) : null };
            using var response = await api.Owner.SendAsync(request);
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        }

        var known = DateTimeOffset.UtcNow.ToString("O");
        using var proposed = await api.Owner.PostAsync(
            new Uri($"/questions/{slug}/resolution", UriKind.Relative),
            Body($$"""{"outcome":{{outcome}},"knownAt":"{{known}}","reason":"Seen.","evidence":["a gauge"]}""")
        );
        await Json(proposed, HttpStatusCode.OK);
        using var confirmed = await RunningApi.ConfirmAsync(resolver, slug);
        await Json(confirmed, HttpStatusCode.OK);

        var scores = await api.EventuallyAsync($"/questions/{slug}/scores", s => s.GetProperty("generation").GetInt32() == 1);
        var row = scores.GetProperty("items").EnumerateArray().Single(r => r.GetProperty("forecaster").GetString() == "owner");
        Assert.Equal(expected, row.GetProperty("scores").GetProperty(key).GetDouble(), 9);
        Assert.Contains(scores.GetProperty("items").EnumerateArray(), r => r.GetProperty("forecaster").GetString() == "consensus:median");
        var history = await api.GetAsync($"/questions/{slug}/forecasts/owner");
        Assert.Equal(
            ["ForecastSubmitted", "ForecastWithdrawn", "ForecastRevised"],
            history.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("type").GetString())
        );
    }
}
