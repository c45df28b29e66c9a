using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Api.Tests.Importing;
using Api.Tests.Lifecycle;

namespace Api.Tests;

/// <summary>
/// What is read as an instant, wherever one is asked for: a date, or RFC 3339 with an offset, and nothing that the clock would have to complete.
/// </summary>
public sealed class InstantsAsWritten(EmptyApi api) : IClassFixture<EmptyApi>
{
    private const string Told = "2025-06-05, or RFC 3339 with an offset";

    public static TheoryData<string> NoInstants =>
        ["07/04/2024", "April 7", "18:45", "2024-04-07T10:00:00", "2024-04-07 10:00:00Z", "2024-04-07T24:00:00Z", "Sunday", "2024-4-7", ""];

    [Theory]
    [MemberData(nameof(NoInstants))]
    public async Task A_body_s_instant_is_refused_by_its_field_with_what_to_write_instead(string text)
    {
        await RefusedAsync("/questions", "opensAt", Draft("i-never", text, "2024-05-01"));
        await RefusedAsync("/questions/i-none/reschedule", "closesAt", new { closesAt = text });
        await RefusedAsync(
            "/questions/i-none/evidence",
            "occurredAt",
            new
            {
                occurredAt = text,
                title = "T",
                source = "S",
            }
        );
        await RefusedAsync(
            "/questions/i-none/resolution",
            "knownAt",
            new
            {
                outcome = "yes",
                knownAt = text,
                reason = "R",
                evidence = new[] { "e" },
            }
        );
        await RefusedAsync("/analysts/owner/tokens", "expiresAt", new { expiresAt = text });
        await RefusedAsync("/questions/i-none/forecast", "expiresAt", new { probability = 0.5, expiresAt = text }, HttpMethod.Put);
    }

    [Theory]
    [MemberData(nameof(NoInstants))]
    public async Task A_parameter_s_instant_is_refused_the_same_way(string text)
    {
        foreach (
            var url in new[]
            {
                "/questions?asOf=",
                "/questions?knownAt=",
                "/questions/i-none/forecasts?asOf=",
                "/questions/i-none/consensus?asOf=",
                "/leaderboard?from=",
                "/calibration?to=",
                "/audit/events?from=",
                "/analysts/owner/scores?to=",
            }
        )
        {
            var (status, problem) = await api.Owner.CommandAsync(url + Uri.EscapeDataString(text), method: HttpMethod.Get);
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains(Told, problem.Text("detail"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_plus_that_an_address_turned_into_a_space_is_named()
    {
        var (status, problem) = await api.Owner.CommandAsync("/questions?asOf=2024-04-07T10:00:00+02:00", method: HttpMethod.Get);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("%2B", problem.Text("detail"), StringComparison.Ordinal);
        await api.GetAsync("/questions?asOf=2024-04-07T10:00:00%2B02:00");
        await api.GetAsync("/questions?asOf=2024-04-07&knownAt=2024-04-07");
    }

    [Fact]
    public async Task A_date_is_its_midnight_and_what_is_finer_than_a_microsecond_is_cut_off()
    {
        using var drafted = await api.Owner.PostAsJsonAsync("/questions", Draft("i-date", "2024-04-07", "2024-05-01T02:00:00.9876549+02:00"));
        var question = await RunningApi.Json(drafted, HttpStatusCode.Created);
        Assert.Equal(("2024-04-07T00:00:00Z", "2024-05-01T00:00:00.987654Z"), (question.Text("opensAt"), question.Text("closesAt")));
        Assert.Equal("2024-05-01T00:00:00.987654Z", (await api.GetAsync("/questions/i-date")).Text("closesAt"));
    }

    [Fact]
    public async Task A_range_s_ends_and_a_quantile_s_place_are_dates_in_the_same_sense()
    {
        var now = DateTimeOffset.UtcNow;
        object Dated(string slug, object min, object max) =>
            new
            {
                slug,
                title = "When?",
                resolutionCriteria = "When it comes.",
                type = "date",
                opensAt = now.AddDays(-1),
                closesAt = now.AddDays(1),
                resolvesBy = now.AddDays(2),
                range = new
                {
                    min,
                    max,
                    open = new[] { "lower", "upper" },
                },
            };
        await RefusedAsync("/questions", "range", Dated("i-range", "01/02/2024", "2034-01-01"));
        await RefusedAsync("/questions", "range", Dated("i-range", "2024-01-01", "12:00"));
        await api.Owner.DoAsync("/questions", Dated("i-range", "2024-01-01T01:00:00+01:00", "2034-01-01"));
        await api.Owner.DoAsync("/questions/i-range/open");
        await RefusedAsync("/questions/i-range/forecast", "quantiles", new { quantiles = new[] { new { p = 0.5, value = "May 3" } } }, HttpMethod.Put);
        await api.Owner.DoAsync("/questions/i-range/forecast", new { quantiles = new[] { new { p = 0.5, value = "2027-05-03T00:00:00Z" } } }, HttpMethod.Put);

        Assert.Equal("2024-01-01", (await api.GetAsync("/questions/i-range")).GetProperty("range").Text("min"));
        Assert.Equal("2027-05-03", (await api.GetAsync("/questions/i-range/forecasts")).GetProperty("items")[0].GetProperty("quantiles")[0].Text("value"));
    }

    [Fact]
    public async Task In_a_file_as_everywhere()
    {
        var questions = await api.ImportAsync(
            "questions",
            """
            question,title,type,opens_at,closes_at,range_min,range_max,range_open
            if-1,T,date,2021-01-01,2021-06-01T00:00:00+02:00,2020-01-01,2031-01-01,both
            if-2,T,date,2021-01-01,06/01/2021,2020-01-01,2031-01-01,both
            if-3,T,date,2021-01-01,2021-06-01,Jan 2020,2031-01-01,both
            if-4,T,date,2021-01-01,2021-06-01,2020-01-01,23:15,both
            """
        );
        Assert.Equal((4, 1, 3, 0), questions.Counts());
        Assert.Equal([(3L, "closes_at"), (4, "range_min"), (5, "range_max")], questions.Errors().Select(e => (e.Line, e.Field)));
        var forecasts = await api.ImportAsync(
            "forecasts",
            """
            question,forecaster,made_at,probability,value
            if-1,Cara,2021-02-01,0.5,2024-02-29
            if-1,Dag,2021-02-01,0.5,29 Feb 2024
            if-1,Eli,Feb 1,0.5,2024-02-29
            if-1,Fay,2021-02-01T10:00:00.1234567Z,0.5,2024-02-29
            """
        );
        Assert.Equal((4, 2, 2, 0), forecasts.Counts());
        Assert.Equal([(3L, "value"), (4, "made_at")], forecasts.Errors().Select(e => (e.Line, e.Field)));
        Assert.All(questions.Errors().Concat(forecasts.Errors()), e => Assert.Contains(Told, e.Reason, StringComparison.Ordinal));
        Assert.Equal("2021-02-01T10:00:00.123456Z", (await api.GetAsync("/questions/if-1/forecasts/Fay")).GetProperty("steps")[0].Text("madeAt"));
    }

    private static object Draft(string slug, string opensAt, string closesAt) =>
        new
        {
            slug,
            title = "Will it?",
            resolutionCriteria = "If so.",
            type = "binary",
            opensAt,
            closesAt,
            resolvesBy = "2024-06-01",
        };

    private async Task RefusedAsync(string url, string field, object body, HttpMethod? method = null)
    {
        var before = await api.EventsAsync();
        var (status, problem) = await api.Owner.CommandAsync(url, body, method);
        Assert.True(status == HttpStatusCode.BadRequest, $"{url}: {(int)status} {problem}");
        Assert.Contains(Told, problem.GetProperty("errors").GetProperty(field)[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(before, await api.EventsAsync());
    }
}
