using System.Net;
using System.Text;
using static Api.Tests.RunningApi;

namespace Api.Tests.Importing;

/// <summary>Imports of questions, forecasts and outcomes, row by row.</summary>
public sealed class ImportsTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private const string Header = "question,forecaster,made_at,probability,option,value,rationale,withdrawn\n";

    private async Task QuestionsAsync(string name) =>
        Assert.Equal(
            (5, 5, 0, 0),
            (
                await api.ImportAsync(
                    "questions",
                    $"""
                    question,title,type,opens_at,closes_at,resolves_by,options,range_min,range_max,range_open,spot_at,tags,group,criteria
                    {name}-yes,"Will it, then?",binary,2020-01-01T00:00:00Z,2020-02-01T00:00:00Z,,,,,,,{name}|tested,,
                    {name}-one,Which one?,multipleChoice,2020-01-01T00:00:00Z,2020-02-01T00:00:00Z,,red|green|blue,,,,,,,
                    {name}-any,Which of some?,multipleChoice,2020-01-01T00:00:00Z,2020-02-01T00:00:00Z,,,,,,,,,
                    {name}-how,How much?,numeric,2020-01-01T00:00:00Z,2020-02-01T00:00:00Z,,,0,100,upper,,,,
                    {name}-when,When?,date,2020-01-01T00:00:00Z,2999-01-01T00:00:00Z,,,2020-01-01,2999-01-01,lower|upper,,,,
                    """
                )
            ).Counts()
        );

    [Fact]
    public async Task Questions_come_in_closed_where_their_close_has_passed_and_open_where_not()
    {
        await QuestionsAsync("c");

        var closed = await api.GetAsync("/questions/c-yes");
        Assert.Equal(
            ("closed", true, "2020-02-01T00:00:00Z"),
            (closed.GetProperty("status").GetString(), closed.GetProperty("imported").GetBoolean(), closed.GetProperty("resolvesBy").GetString())
        );
        Assert.Equal("open", (await api.GetAsync("/questions/c-when")).GetProperty("status").GetString());
        Assert.Equal(
            ["lower", "upper"],
            (await api.GetAsync("/questions/c-when")).GetProperty("range").GetProperty("open").EnumerateArray().Select(e => e.GetString())
        );
    }

    [Fact]
    public async Task Every_form_of_forecast_is_recorded_with_both_its_times_and_reads_as_if_it_were_live()
    {
        await QuestionsAsync("f");
        var forecasts =
            Header
            + """
                f-yes,Ana,2020-01-02T00:00:00Z,0.25,,,"A ""hunch"", no more",
                f-yes,Ana,2020-01-05T12:00:00+02:00,1,,,,
                f-yes,Ana,2020-01-09T00:00:00Z,,,,,true
                f-one,Ana,2020-01-02T00:00:00Z,0.2,red,,,
                f-how,Ana,2020-01-02T00:00:00Z,0.5,,40,,
                f-one,Ana,2020-01-02T00:00:00Z,0.7,green,,,
                f-one,Ana,2020-01-02T00:00:00Z,0.1,blue,,,
                f-how,Ana,2020-01-02T00:00:00Z,0.9,,80,,
                f-when,bot:x,2020-01-02T00:00:00Z,0.5,,2025-06-01,,
                f-any,Ana,2020-01-02T00:00:00Z,0.6,tie,,,
                f-any,Ana,2020-01-02T00:00:00Z,0.4,no tie,,,
                """;
        var import = await api.ImportAsync("forecasts", forecasts);
        Assert.Equal((11, 11, 0, 0), import.Counts());

        var history = await api.GetAsync("/questions/f-yes/forecasts/Ana");
        var steps = history.GetProperty("steps").EnumerateArray().ToArray();
        Assert.Equal(["ForecastSubmitted", "ForecastRevised", "ForecastWithdrawn"], steps.Select(s => s.GetProperty("type").GetString()));
        Assert.Equal(["2020-01-02T00:00:00Z", "2020-01-05T10:00:00Z", "2020-01-09T00:00:00Z"], steps.Select(s => s.GetProperty("madeAt").GetString()));
        Assert.All(
            steps,
            s => Assert.True(s.GetProperty("imported").GetBoolean() && s.GetProperty("recordedAt").GetDateTimeOffset() > DateTimeOffset.UtcNow.AddMinutes(-5))
        );
        Assert.Equal("A \"hunch\", no more", steps[0].GetProperty("rationale").GetString());
        Assert.Equal("owner", steps[0].GetProperty("actor").GetString());

        Assert.Equal(
            1,
            (await api.GetAsync("/questions/f-yes/forecasts?asOf=2020-01-08T00:00:00Z")).GetProperty("items")[0].GetProperty("probability").GetDouble()
        );
        Assert.Empty((await api.GetAsync("/questions/f-yes/forecasts")).GetProperty("items").EnumerateArray());
        Assert.Equal(
            0.7,
            (await api.GetAsync("/questions/f-one/forecasts")).GetProperty("items")[0].GetProperty("probabilities").GetProperty("green").GetDouble()
        );
        Assert.Equal(
            80,
            (await api.GetAsync("/questions/f-how/forecasts")).GetProperty("items")[0].GetProperty("quantiles")[1].GetProperty("value").GetDouble()
        );
        Assert.Equal(
            "2025-06-01",
            (await api.GetAsync("/questions/f-when/forecasts")).GetProperty("items")[0].GetProperty("quantiles")[0].GetProperty("value").GetString()
        );
        Assert.Equal(["tie", "no tie"], (await api.GetAsync("/questions/f-any")).GetProperty("options").EnumerateArray().Select(o => o.GetString()));
        Assert.Equal("bot", (await api.GetAsync("/analysts/bot:x")).GetProperty("kind").GetString());

        var before = await api.EventsAsync();
        Assert.Equal((11, 11, 0, 11), (await api.ImportAsync("forecasts", forecasts)).Counts());
        Assert.Equal(before, await api.EventsAsync());
        var longer = await api.ImportAsync("forecasts", forecasts + "\nf-yes,Ana,2020-01-10T00:00:00Z,0.5,,,,\n");
        Assert.Equal((12, 12, 0, 11), longer.Counts());
        Assert.Equal(before + 1, await api.EventsAsync());
    }

    [Fact]
    public async Task Refused_rows_are_listed_with_line_field_and_reason_and_the_rest_is_recorded()
    {
        await QuestionsAsync("r");
        var import = await api.ImportAsync(
            "forecasts",
            Header
                + """
                nowhere,Ana,2020-01-02T00:00:00Z,0.25,,,,
                r-yes,Ana,yesterday,0.25,,,,
                r-yes,Ana,2020-01-02T00:00:00,0.25,,,,
                r-yes,Ana,2020-02-01T00:00:00Z,0.25,,,,
                r-yes,Ana,2999-01-01T00:00:00Z,0.25,,,,
                r-yes,Ana,2020-01-02T00:00:00Z,1.01,,,,
                r-yes,Ana,2020-01-02T00:00:00Z,NaN,,,,
                r-yes,Ana,2020-01-02T00:00:00Z,1e309,,,,
                r-yes,Ana,2020-01-02T00:00:00Z,,,,,
                r-yes,Ana Lovelace,2020-01-02T00:00:00Z,0.5,,,,
                r-yes,consensus:median,2020-01-02T00:00:00Z,0.5,,,,
                r-yes,Ana,2020-01-02T00:00:00Z,,,,,true
                r-one,Ana,2020-01-02T00:00:00Z,0.5,red,,,
                r-one,Ana,2020-01-02T00:00:00Z,0.5,pink,,,
                r-one,Ben,2020-01-02T00:00:00Z,0.5,red,,,
                r-one,Ben,2020-01-02T00:00:00Z,0.5,green,,,
                r-one,Cid,2020-01-02T00:00:00Z,0.5,,,,
                r-how,Ana,2020-01-02T00:00:00Z,0.5,,-1,,
                r-how,Ana,2020-01-02T00:00:00Z,0.5
                r-yes,Ana,2019-12-31T00:00:00Z,0.75,,,,
                """
        );

        Assert.Equal((20, 2, 18, 0), import.Counts());
        Assert.Equal(
            [
                (2L, "question"),
                (3, "made_at"),
                (4, "made_at"),
                (5, "made_at"),
                (6, "made_at"),
                (7, "probability"),
                (8, "probability"),
                (9, "probability"),
                (10, "probability"),
                (11, "forecaster"),
                (12, "forecaster"),
                (14, "option"),
                (15, "option"),
                (16, "option"),
                (17, "option"),
                (18, "option"),
                (19, "value"),
                (20, null),
            ],
            import.Errors().Select(e => (e.Line, e.Field))
        );
        Assert.All(import.Errors(), e => Assert.EndsWith(".", e.Reason, StringComparison.Ordinal));
        using var csv = await api.Owner.GetAsync(new Uri($"{import.GetProperty("allErrors").GetString()}?format=csv", UriKind.Relative));
        Assert.Equal(19, (await csv.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        // Made before the opening, it stands from the opening on.
        Assert.Equal(
            0.75,
            (await api.GetAsync("/questions/r-yes/forecasts/Ana")).GetProperty("steps")[0].GetProperty("after").GetProperty("probability").GetDouble()
        );
    }

    [Fact]
    public async Task A_log_of_outcomes_is_replayed_with_its_corrections_and_a_second_time_adds_nothing()
    {
        await QuestionsAsync("o");
        await api.ImportAsync("forecasts", Header + "o-yes,Ana,2020-01-02T00:00:00Z,0.25,,,,\n");
        const string log = """
            question,outcome,known_at,source
            o-one,unresolved,2020-01-03T00:00:00Z,log 0
            o-yes,no,2020-02-02T00:00:00Z,log 1
            o-yes,yes,2020-02-03T00:00:00Z,log 2
            o-yes,unresolved,2020-02-04T00:00:00Z,log 3
            o-yes,no,2020-02-05T00:00:00Z,log 4
            o-one,red,2020-02-05T00:00:00Z,log 4
            o-when,annulled,2020-02-05T00:00:00Z,log 4
            o-how,40.5,2020-02-05T00:00:00Z,
            o-one,pink,2020-02-06T00:00:00Z,log 5
            o-yes,no,2999-02-06T00:00:00Z,log 5
            o-yes,no,2019-02-06T00:00:00Z,log 5
            nowhere,no,2019-02-06T00:00:00Z,log 5
            """;
        var import = await api.ImportAsync("outcomes", log);

        Assert.Equal((12, 8, 4, 1), import.Counts());
        Assert.Equal([(10L, "outcome"), (11, "known_at"), (12, "known_at"), (13, "question")], import.Errors().Select(e => (e.Line, e.Field)));
        var question = await api.GetAsync("/questions/o-yes");
        Assert.Equal(
            ("resolved", "no", "2020-02-05T00:00:00Z"),
            (question.GetProperty("status").GetString(), question.GetProperty("outcome").GetString(), question.GetProperty("knownAt").GetString())
        );
        var logged = await api.GetAsync("/audit/events?question=o-yes");
        Assert.Equal(
            [
                "QuestionDrafted",
                "QuestionOpened",
                "QuestionClosed",
                "ForecastSubmitted",
                "QuestionResolved",
                "ResolutionCorrected",
                "ResolutionTakenBack",
                "QuestionResolved",
                "QuestionScored",
                "QuestionScored",
                "QuestionScored",
                "QuestionScored",
            ],
            logged.GetProperty("items").EnumerateArray().Select(e => e.GetProperty("type").GetString())
        );
        Assert.All(
            logged.GetProperty("items").EnumerateArray().Where(e => e.GetProperty("type").GetString() != "QuestionScored"),
            e => Assert.True(e.GetProperty("data").GetProperty("imported").GetBoolean())
        );
        // A dispute names the outcome that stands, which may be an imported one.
        Assert.Equal(
            logged.GetProperty("items").EnumerateArray().Last(e => e.GetProperty("type").GetString() == "QuestionResolved").GetProperty("eventId").GetGuid(),
            question.GetProperty("resolutionId").GetGuid()
        );
        Assert.Equal("annulled", (await api.GetAsync("/questions/o-when")).GetProperty("status").GetString());
        var scores = await api.GetAsync("/questions/o-yes/scores");
        Assert.Equal(("resolution", 4), (scores.GetProperty("trigger").GetString(), scores.GetProperty("generation").GetInt32()));
        var row = scores.GetProperty("items").EnumerateArray().Single(r => r.GetProperty("forecaster").GetString() == "Ana");
        Assert.Equal(0.0625, row.GetProperty("scores").GetProperty("brier.final").GetDouble(), 12);

        var generations = (await api.GetAsync("/questions/o-yes/scores/generations")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(
            [("resolution", "no", 2), ("correction", "yes", 3), ("taken-back", "unresolved", 4), ("resolution", "no", 5)],
            generations.Select(g =>
                (g.GetProperty("trigger").GetString(), g.GetProperty("outcome").GetString(), g.GetProperty("knownAt").GetDateTimeOffset().Day)
            )
        );
        var claims = logged
            .GetProperty("items")
            .EnumerateArray()
            .Where(e => e.GetProperty("type").GetString() is "QuestionResolved" or "ResolutionCorrected" or "ResolutionTakenBack");
        Assert.Equal(claims.Select(e => e.GetProperty("sequence").GetInt64()), generations.Select(g => g.GetProperty("triggerEvent").GetInt64()));

        var before = await api.EventsAsync();
        Assert.Equal((12, 8, 4, 8), (await api.ImportAsync("outcomes", log)).Counts());
        Assert.Equal(before, await api.EventsAsync());

        // What comes in late is scored anew, because of it.
        await api.ImportAsync("forecasts", Header + "o-yes,Ben,2020-01-02T00:00:00Z,0.5,,,,\n");
        scores = await api.GetAsync("/questions/o-yes/scores");
        Assert.Equal(("late-import", 5), (scores.GetProperty("trigger").GetString(), scores.GetProperty("generation").GetInt32()));
        Assert.Contains(scores.GetProperty("items").EnumerateArray(), r => r.GetProperty("forecaster").GetString() == "Ben");
    }

    [Fact]
    public async Task Ndjson_is_read_as_csv_is_also_zipped()
    {
        var questions = await api.ImportAsync(
            "questions",
            """
            {"question":"n-1","title":"Which","type":"ordered","opens_at":"2020-01-01","closes_at":"2020-02-01","options":["low","mid|dle","high"],"tags":["a"]}

            {"question":"n-2","title":"Which?","type":"ordered","opens_at":"2020-01-01T00:00:00Z","closes_at":"2020-02-01T00:00:00Z","colour":"red"}
            {"question":"n-3","title":"Which?","type":"ordered","opens_at":"2020-01-01T00:00:00Z","closes_at":"2020-02-01T00:00:00Z"}
            ["n-4"]
            {"question":
            """,
            "application/x-ndjson"
        );
        Assert.Equal((5, 1, 4, 0), questions.Counts());
        Assert.Equal([(3L, "colour"), (4, "options"), (5, null), (6, null)], questions.Errors().Select(e => (e.Line, e.Field)));
        Assert.Equal(["low", "mid|dle", "high"], (await api.GetAsync("/questions/n-1")).GetProperty("options").EnumerateArray().Select(o => o.GetString()));

        var forecasts = await api.ImportAsync(
            "forecasts",
            string.Concat(
                new[] { ("low", 0.5), ("mid|dle", 0.25), ("high", 0.25) }.Select(o =>
                    $$"""{"question":"n-1","forecaster":"Ana","made_at":"2020-01-02T00:00:00Z","option":"{{o.Item1}}","probability":{{o.Item2}}}""" + "\n"
                )
            ),
            "application/x-ndjson",
            gzip: true
        );
        Assert.Equal((3, 3, 0, 0), forecasts.Counts());
        Assert.Equal(
            0.25,
            (await api.GetAsync("/questions/n-1/forecasts")).GetProperty("items")[0].GetProperty("probabilities").GetProperty("mid|dle").GetDouble()
        );
    }

    [Theory]
    [InlineData("text/csv", "question,forecaster,made_at,colour\nq,a,b,c\n", false, HttpStatusCode.BadRequest)]
    [InlineData("text/csv", "question,forecaster\nq,a\n", false, HttpStatusCode.BadRequest)]
    [InlineData("text/csv", "", false, HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{}", false, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("text/csv", Header + "q,a,b,c,,,,\n", true, HttpStatusCode.BadRequest)]
    public async Task A_file_that_can_never_be_read_is_refused_at_once(string type, string file, bool claimsGzip, HttpStatusCode expected)
    {
        using var response = await api.SendAsync("forecasts", Encoding.UTF8.GetBytes(file), type, claimsGzip);
        await Json(response, expected);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Only_importers_import()
    {
        var analyst = await api.AsAsync("no-importer", "analyst");
        using var content = new StringContent(Header, Encoding.UTF8, "text/csv");
        using var response = await analyst.PostAsync(new Uri("/imports/forecasts", UriKind.Relative), content);
        await Json(response, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task An_import_is_followed_live_until_it_has_ended()
    {
        using var sent = await api.SendAsync(
            "questions",
            Encoding.UTF8.GetBytes("question,title,type,opens_at,closes_at\nl-1,T,binary,2020-01-01T00:00:00Z,2020-02-01T00:00:00Z\n"),
            "text/csv",
            false
        );
        using var request = new HttpRequestMessage(HttpMethod.Get, sent.Headers.Location) { Headers = { { "Accept", "text/event-stream" } } };
        using var response = await api.Owner.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var events = await response.Content.ReadAsStringAsync();
        Assert.EndsWith("event: ended", events[..events.LastIndexOf("\ndata:", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.Contains("\"status\":\"succeeded\"", events, StringComparison.Ordinal);
    }
}
