using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using static Api.Tests.RunningApi;

namespace Api.Tests;

/// <summary>One forecast from its submission to its score and its history.</summary>
public sealed class OneForecastsTrip(RunningApi api) : IClassFixture<RunningApi>
{
    [Fact]
    public async Task A_forecast_is_submitted_revised_resolved_scored_and_its_history_read_as_of_any_instant()
    {
        var ana = await api.AsAsync("ana", "analyst", "resolver");
        await api.OpenQuestionAsync("trip");
        using var submitted = await ana.PutAsJsonAsync("/questions/trip/forecast", new { probability = 0.6, rationale = "A hunch." });
        var first = await Json(submitted, HttpStatusCode.Created);
        Assert.Equal(first.GetProperty("madeAt").GetString(), first.GetProperty("recordedAt").GetString());
        using var revised = await ana.PutAsJsonAsync("/questions/trip/forecast", new { term = "likely" });
        await Json(revised, HttpStatusCode.OK);

        var then = await api.GetAsync($"/questions/trip/forecasts?asOf={first.GetProperty("madeAt").GetString()}");
        Assert.Equal(0.6, then.GetProperty("items")[0].GetProperty("probability").GetDouble());
        var unknown = await api.GetAsync($"/questions/trip/forecasts?knownAt={DateTimeOffset.UtcNow.AddMinutes(-5):yyyy-MM-ddTHH:mm:ssZ}");
        Assert.Equal(0, unknown.GetProperty("items").GetArrayLength());

        await Resolve("trip", "yes", ana);
        var scores = await api.EventuallyAsync("/questions/trip/scores", s => s.GetProperty("generation").GetInt32() == 1);
        var row = scores.GetProperty("items").EnumerateArray().Single(r => r.GetProperty("forecaster").GetString() == "ana");
        Assert.Equal(Math.Pow(1 - 0.675, 2), row.GetProperty("scores").GetProperty("brier.final").GetDouble(), 12);

        var explained = (await api.GetAsync("/questions/trip/scores/ana/explanation")).GetProperty("scores");
        foreach (var score in row.GetProperty("scores").EnumerateObject().Where(s => s.Value.ValueKind == JsonValueKind.Number))
        {
            var explanation = explained.GetProperty(score.Name);
            Assert.Equal(score.Value.GetDouble(), explanation.GetProperty("sum").GetDouble(), 1e-12 * Math.Max(1, Math.Abs(score.Value.GetDouble())));
            Assert.Equal(
                explanation.GetProperty("sum").GetDouble(),
                explanation.GetProperty("intervals").EnumerateArray().Sum(i => i.GetProperty("contribution").GetDouble()),
                1e-9
            );
        }

        Assert.Equal(2, explained.GetProperty("brier.timeAveraged").GetProperty("intervals").GetArrayLength());
        Assert.Equal(
            0.675,
            explained.GetProperty("brier.final").GetProperty("intervals")[0].GetProperty("forecast").GetProperty("probability").GetDouble(),
            12
        );

        await Resolve("trip", "no", ana, "correct");
        await api.EventuallyAsync("/questions/trip/scores", s => s.GetProperty("generation").GetInt32() == 2);
        var earlier = await api.GetAsync("/questions/trip/scores?generation=1");
        Assert.Equal("yes", earlier.GetProperty("outcome").GetString());
        var generations = await api.GetAsync("/questions/trip/scores/generations");
        Assert.Equal(["resolution", "correction"], generations.GetProperty("items").EnumerateArray().Select(g => g.GetProperty("trigger").GetString()));

        var history = await api.GetAsync("/questions/trip/forecasts/ana");
        Assert.Equal(["ForecastSubmitted", "ForecastRevised"], history.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("type").GetString()));
        var audited = await api.GetAsync("/audit/events?question=trip&type=ForecastSubmitted");
        Assert.Equal("ana", audited.GetProperty("items")[0].GetProperty("actor").GetString());

        // The scoring goes on with the trace of the request that confirmed the outcome.
        async Task<string?> TraceOf(string type) =>
            (await api.GetAsync($"/audit/events?question=trip&type={type}")).GetProperty("items")[0].GetProperty("correlation").GetString();
        Assert.Equal(await TraceOf("QuestionResolved"), await TraceOf("QuestionScored"));
    }

    [Fact]
    public async Task The_catalogue_is_loaded_and_scored_with_its_references()
    {
        var scores = await api.EventuallyAsync("/questions/nato-enlargement-stands-2021/scores", s => s.GetProperty("generation").GetInt32() >= 1);
        var rows = scores.GetProperty("items").EnumerateArray().ToDictionary(r => r.GetProperty("forecaster").GetString()!, r => r.GetProperty("scores"));

        Assert.Equal(0.0225, rows["kinu-co-17-04"].GetProperty("brier.timeAveraged").GetDouble(), 12);
        Assert.Equal(0.25, rows["reference:uniform"].GetProperty("brier.timeAveraged").GetDouble(), 12);
        Assert.Equal(0, rows["reference:status-quo"].GetProperty("brier.timeAveraged").GetDouble(), 12);
        Assert.Contains("reference:constant-hazard", rows.Keys);
    }

    [Fact]
    public async Task The_hazard_reference_moves_when_evidence_is_logged()
    {
        async Task<double> At(string instant) =>
            (await api.GetAsync($"/questions/us-sanctions-relief-2018/forecasts?asOf={instant}"))
                .GetProperty("items")
                .EnumerateArray()
                .Single(f => f.GetProperty("analyst").GetString() == "reference:constant-hazard")
                .GetProperty("probability")
                .GetDouble();

        Assert.True(await At("2017-08-03T00:00:00Z") < await At("2017-08-01T00:00:00Z"));
    }

    [Fact]
    public async Task A_failed_condition_annuls_what_depends_on_it()
    {
        var ben = await api.AsAsync("ben", "resolver");
        await api.OpenQuestionAsync("cause");
        await api.OpenQuestionAsync("effect", new { condition = new { question = "cause", outcome = "yes" } });

        await Resolve("cause", "no", ben);

        await api.EventuallyAsync("/questions/effect", q => q.GetProperty("status").GetString() == "annulled");
    }

    [Fact]
    public async Task A_question_closes_by_itself_at_its_time()
    {
        await api.OpenQuestionAsync("brief", new { closesAt = DateTimeOffset.UtcNow.AddSeconds(15), resolvesBy = DateTimeOffset.UtcNow.AddDays(1) });

        await api.EventuallyAsync("/questions/brief", q => q.GetProperty("status").GetString() == "closed");
    }

    private async Task Resolve(string slug, string outcome, HttpClient confirmer, string call = "")
    {
        using var proposed = await api.Owner.PostAsJsonAsync(
            $"/questions/{slug}/resolution{(call.Length > 0 ? "/" + call : "")}",
            new
            {
                outcome,
                knownAt = DateTimeOffset.UtcNow,
                reason = "Seen.",
                evidence = new[] { "a gauge" },
            }
        );
        await Json(proposed, HttpStatusCode.OK);
        using var confirmed = await RunningApi.ConfirmAsync(confirmer, slug);
        await Json(confirmed, HttpStatusCode.OK);
    }
}
