using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Api.Tests.Importing;
using static Api.Tests.RunningApi;

namespace Api.Tests.Forecasting;

/// <summary>The list of what stands of an analyst over all questions.</summary>
public sealed class ForecastsOfAnAnalyst(EmptyApi api) : IClassFixture<EmptyApi>
{
    private const string File = """
        question,forecaster,made_at,probability,option,value,withdrawn,expires_at
        of-1,kim,2020-01-02T00:00:00Z,0.25,,,,
        of-1,kim,2020-01-20T00:00:00Z,0.5,,,,
        of-2,kim,2020-01-05T00:00:00Z,0.5,,7,,
        of-3,kim,2020-01-03T00:00:00Z,0.75,,,,
        of-3,kim,2020-01-10T00:00:00Z,,,,true,
        of-4,kim,2020-01-04T00:00:00Z,0.1,,,,2020-01-15T00:00:00Z
        of-1,lee,2020-01-04T00:00:00Z,0.9,,,,

        """;

    [Fact]
    public async Task What_stands_of_an_analyst_is_listed_over_all_questions_with_each_question()
    {
        await TakeAsync();
        var items = (await api.GetAsync("/analysts/kim/forecasts")).GetProperty("items");
        Assert.Equal(["of-1", "of-2"], Slugs(items));
        var first = items[0];
        Assert.Equal(
            ("One?", "binary", "resolved", "kim", "2020-01-20T00:00:00Z", 0.5),
            (
                first.GetProperty("title").GetString(),
                first.GetProperty("type").GetString(),
                first.GetProperty("status").GetString(),
                first.GetProperty("analyst").GetString(),
                first.GetProperty("madeAt").GetString(),
                first.GetProperty("probability").GetDouble()
            )
        );
        Assert.Equal(7, items[1].GetProperty("quantiles")[0].GetProperty("value").GetDouble());
    }

    [Theory]
    [InlineData("status=resolved", "of-1")]
    [InlineData("status=open", "")]
    [InlineData("tag=two", "of-2")]
    [InlineData("tag=neither", "")]
    [InlineData("asOf=2020-01-06T00:00:00Z", "of-1 of-2 of-3 of-4")]
    [InlineData("asOf=2020-01-06T00:00:00Z&status=open", "of-1 of-2 of-3 of-4")]
    [InlineData("asOf=2020-01-15T00:00:00Z", "of-1 of-2")]
    [InlineData("asOf=2020-01-01T12:00:00Z", "")]
    [InlineData("asOf=2020-01-21T00:00:00Z&staleFor=2d", "of-2")]
    [InlineData("asOf=2020-01-21T00:00:00Z&staleFor=24h", "of-2")]
    [InlineData("asOf=2020-01-21T00:00:01Z&staleFor=24h", "of-1 of-2")]
    [InlineData("knownAt=2020-06-01T00:00:00Z", "")]
    public async Task The_list_is_cut_down_to_what_is_asked_for(string query, string expected)
    {
        await TakeAsync();
        Assert.Equal(expected, string.Join(' ', Slugs((await api.GetAsync($"/analysts/kim/forecasts?{query}")).GetProperty("items"))));
    }

    [Fact]
    public async Task Its_pages_meet_and_it_is_not_sent_twice()
    {
        await TakeAsync();
        foreach (var filter in new[] { "", "&status=open" })
        {
            var (seen, cursor) = (new List<string>(), (string?)null);
            do
            {
                var page = await api.GetAsync(
                    $"/analysts/kim/forecasts?asOf=2020-01-06T00:00:00Z&limit=1{filter}{(cursor is null ? "" : $"&cursor={cursor}")}"
                );
                seen.AddRange(Slugs(page.GetProperty("items")));
                cursor = page.GetProperty("next").GetString();
            } while (cursor is not null);
            Assert.Equal(["of-1", "of-2", "of-3", "of-4"], seen);
        }

        using var first = await api.Owner.GetAsync(new Uri("/analysts/kim/forecasts", UriKind.Relative));
        using var again = new HttpRequestMessage(HttpMethod.Get, "/analysts/kim/forecasts");
        again.Headers.Add("If-None-Match", first.Headers.ETag!.ToString());
        using var second = await api.Owner.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task Who_is_registered_and_has_forecast_nothing_has_an_empty_list_and_who_is_unknown_none()
    {
        await api.AsAsync("silent", "analyst");
        Assert.Equal(0, (await api.GetAsync("/analysts/silent/forecasts")).GetProperty("items").GetArrayLength());
        foreach (var unknown in new[] { "nobody", "reference:uniform" })
        {
            using var response = await api.Owner.GetAsync(new Uri($"/analysts/{unknown}/forecasts", UriKind.Relative));
            await Json(response, HttpStatusCode.NotFound);
        }
    }

    [Theory]
    [InlineData("staleFor=soon", "staleFor")]
    [InlineData("staleFor=0d", "staleFor")]
    [InlineData("staleFor=-1d", "staleFor")]
    [InlineData("staleFor=9999999999d", "staleFor")]
    [InlineData("status=stale", "status")]
    [InlineData("asOf=now", "asOf")]
    [InlineData("question=of-1", "question")]
    public async Task What_cannot_be_read_is_refused(string query, string field)
    {
        using var response = await api.Owner.GetAsync(new Uri($"/analysts/kim/forecasts?{query}", UriKind.Relative));
        Assert.True((await Json(response, HttpStatusCode.BadRequest)).GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task A_live_forecast_is_in_it_with_the_commit_that_takes_it()
    {
        var mia = await api.AsAsync("mia", "analyst");
        await api.OpenQuestionAsync("of-live");
        using var stated = await mia.PutAsJsonAsync("/questions/of-live/forecast", new { term = "likely", rationale = "So." });
        await Json(stated, HttpStatusCode.Created);
        var item = Assert.Single((await api.GetAsync("/analysts/mia/forecasts?status=open")).GetProperty("items").EnumerateArray());
        Assert.Equal(
            ("of-live", "likely", "So."),
            (item.GetProperty("question").GetString(), item.GetProperty("term").GetString(), item.GetProperty("rationale").GetString())
        );
        using var withdrawn = await mia.DeleteAsync(new Uri("/questions/of-live/forecast", UriKind.Relative));
        await Json(withdrawn, HttpStatusCode.NoContent);
        Assert.Empty((await api.GetAsync("/analysts/mia/forecasts")).GetProperty("items").EnumerateArray());
    }

    private async Task TakeAsync()
    {
        Assert.Equal(0, (
                await api.ImportAsync(
                    "questions",
                    """
                    question,title,type,opens_at,closes_at,range_min,range_max,tags
                    of-1,One?,binary,2020-01-01T00:00:00Z,2020-02-01T00:00:00Z,,,
                    of-2,Two?,numeric,2020-01-01T00:00:00Z,2020-02-01T00:00:00Z,0,10,two
                    of-3,Three?,binary,2020-01-01T00:00:00Z,2020-02-01T00:00:00Z,,,
                    of-4,Four?,binary,2020-01-01T00:00:00Z,2020-02-01T00:00:00Z,,,

                    """
                )
            ).Counts().Refused);
        Assert.Equal(0, (await api.ImportAsync("forecasts", File)).Counts().Refused);
        Assert.Equal(0, (await api.ImportAsync("outcomes", "question,outcome,known_at\nof-1,yes,2020-02-02T00:00:00Z\n")).Counts().Refused);
    }

    private static IEnumerable<string> Slugs(JsonElement items) => items.EnumerateArray().Select(i => i.GetProperty("question").GetString()!);
}
