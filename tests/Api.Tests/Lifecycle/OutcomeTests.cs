using System.Net;
using System.Text.Json;
using Api.Tests.Importing;
using static Api.Tests.Lifecycle.Asking;

namespace Api.Tests.Lifecycle;

/// <summary>Outcomes in every form, as they are written, kept and shown.</summary>
public sealed class OutcomeTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private static object Proposed(object outcome) =>
        new
        {
            outcome,
            knownAt = DateTimeOffset.UtcNow,
            reason = "Seen.",
            evidence = new[] { "a gauge" },
        };

    [Fact]
    public async Task Equal_values_are_one_value_however_they_are_spelled()
    {
        var second = await api.AsAsync("spelling", "resolver");
        await api.OpenQuestionAsync("oc-number", new { type = "numeric", range = new { min = 0, max = 1000 } });
        await api.OpenQuestionAsync("oc-date", new { type = "date", range = new { min = "2020-01-01", max = "2040-01-01" } });
        await api.Owner.SettleAsync(second, "oc-number", Proposed(JsonDocument.Parse("2.50e2").RootElement));
        await api.Owner.SettleAsync(second, "oc-date", Proposed("2027-08-09T02:00:00+02:00"));

        Assert.Equal(250, (await api.GetAsync("/questions/oc-number")).GetProperty("outcome").GetDouble());
        Assert.Equal("2027-08-09", (await api.GetAsync("/questions/oc-date")).Text("outcome"));
        foreach (var (slug, kept) in new[] { ("oc-number", "250"), ("oc-date", "2027-08-09") })
        {
            foreach (var type in new[] { "ResolutionProposed", "QuestionResolved" })
            {
                var events = await api.GetAsync($"/audit/events?question={slug}&type={type}");
                Assert.Equal(kept, events.GetProperty("items")[0].GetProperty("data").Text("outcome"));
            }
        }
    }

    [Fact]
    public async Task Options_that_hold_by_degrees_are_an_object_wherever_they_are_shown()
    {
        var second = await api.AsAsync("degrees", "resolver");
        await api.OpenQuestionAsync("oc-part", new { type = "multipleChoice", options = new[] { "left", "middle", "right" } });
        await api.Owner.DoAsync(
            "/questions/oc-part/forecast",
            new
            {
                probabilities = new
                {
                    left = 0.5,
                    middle = 0.25,
                    right = 0.25,
                },
            },
            HttpMethod.Put
        );
        var proposed = await api.Owner.DoAsync(
            "/questions/oc-part/resolution",
            Proposed(
                new
                {
                    right = 0.30,
                    left = 0.7,
                    middle = 0,
                }
            )
        );
        static void IsDegrees(JsonElement outcome) => Assert.Equal("""{"left":0.7,"right":0.3}""", outcome.GetRawText());

        IsDegrees(proposed.GetProperty("proposal").GetProperty("outcome"));
        await second.ConfirmAsync("oc-part");
        IsDegrees((await api.GetAsync("/questions/oc-part")).GetProperty("outcome"));
        Assert.All((await api.GetAsync("/questions/oc-part/resolution")).GetProperty("steps").EnumerateArray(), s => IsDegrees(s.GetProperty("outcome")));
        IsDegrees(
            (await api.GetAsync("/audit/events?question=oc-part&type=QuestionResolved")).GetProperty("items")[0].GetProperty("data").GetProperty("outcome")
        );
        using var rows = await api.Owner.GetAsync(new Uri("/exports/outcomes?format=ndjson", UriKind.Relative));
        var line = (await rows.Content.ReadAsStringAsync()).Split('\n').Single(l => l.Contains("oc-part", StringComparison.Ordinal));
        IsDegrees(JsonDocument.Parse(line).RootElement.GetProperty("outcome"));
    }

    [Theory]
    [InlineData("""true""")]
    [InlineData("""[0.5,0.5]""")]
    [InlineData("""0.63""")]
    [InlineData("""1""")]
    [InlineData("""null""")]
    [InlineData("\"Yes\"")]
    [InlineData("""{"yes":0.7,"no":0.7}""")]
    [InlineData("""{"yes":0.7,"perhaps":0.3}""")]
    [InlineData("""{"yes":"0.7","no":0.3}""")]
    [InlineData("""{"yes":0.5,"no":0.25,"no":0.25}""")]
    [InlineData("""{}""")]
    public async Task What_is_no_outcome_of_a_binary_question_is_refused(string outcome)
    {
        var slug = $"oc-no-{Math.Abs(outcome.GetHashCode(StringComparison.Ordinal))}";
        await api.OpenQuestionAsync(slug);
        var before = await api.EventsAsync();
        var (status, problem) = await api.Owner.CommandAsync(
            $"/questions/{slug}/resolution",
            new
            {
                outcome = JsonDocument.Parse(outcome).RootElement,
                knownAt = DateTimeOffset.UtcNow,
                reason = "R",
                evidence = new[] { "e" },
            }
        );
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(problem.GetProperty("errors").TryGetProperty("outcome", out _), problem.ToString());
        Assert.Equal(before, await api.EventsAsync());
    }

    [Theory]
    [InlineData("07/04/2027")]
    [InlineData("July 4")]
    [InlineData("16:45")]
    [InlineData("2027-07-04T16:45:00")]
    public async Task What_is_no_date_is_no_outcome_of_a_date_question(string outcome)
    {
        var slug = $"oc-day-{Math.Abs(outcome.GetHashCode(StringComparison.Ordinal))}";
        await api.OpenQuestionAsync(
            slug,
            new
            {
                type = "date",
                range = new
                {
                    min = "2020-01-01",
                    max = "2040-01-01",
                    open = new[] { "upper" },
                },
            }
        );
        var (status, problem) = await api.Owner.CommandAsync($"/questions/{slug}/resolution", Outcome(outcome));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(
            "2025-06-05, or RFC 3339 with an offset",
            problem.GetProperty("errors").GetProperty("outcome")[0].GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_file_may_give_degrees_and_a_binary_question_s_degree_as_a_number()
    {
        await api.ImportAsync(
            "questions",
            """
            question,title,type,opens_at,closes_at,options,range_min,range_max
            of-a,T,binary,2021-01-01,2021-02-01,,,
            of-b,T,binary,2021-01-01,2021-02-01,,,
            of-c,T,binary,2021-01-01,2021-02-01,,,
            of-d,T,multipleChoice,2021-01-01,2021-02-01,red|green|blue,,
            of-e,T,numeric,2021-01-01,2021-02-01,,0,10
            of-f,T,date,2021-01-01,2021-02-01,,2020-01-01,2030-01-01
            """
        );
        var import = await api.ImportAsync(
            "outcomes",
            """"
            question,outcome,known_at,source
            of-a,0.63,2021-02-02,log
            of-a,"{""no"":0.370,""yes"":0.63}",2021-02-02,log
            of-b,1.0,2021-02-02,log
            of-c,0,2021-02-02,log
            of-c,1.5,2021-02-03,log
            of-d,"{""blue"":0.5,""red"":0.5}",2021-02-02,log
            of-d,0.5,2021-02-03,log
            of-e,7,2021-02-02,log
            of-e,7.0,2021-02-02,log
            of-e,0.7e1,2021-02-02T01:00:00+01:00,log
            of-f,03/04/2025,2021-02-02,log
            of-f,April 3,2021-02-02,log
            of-f,09:15,2021-02-02,log
            """"
        );
        Assert.Equal((13, 8, 5, 3), import.Counts());
        Assert.Equal([(6L, "outcome"), (8, "outcome"), (12, "outcome"), (13, "outcome"), (14, "outcome")], import.Errors().Select(e => (e.Line, e.Field)));
        Assert.All(
            import.Errors().Where(e => e.Line >= 12),
            e => Assert.Contains("2025-06-05, or RFC 3339 with an offset", e.Reason, StringComparison.Ordinal)
        );
        Assert.Equal("""{"yes":0.63,"no":0.37}""", (await api.GetAsync("/questions/of-a")).GetProperty("outcome").GetRawText());
        Assert.Equal("""{"red":0.5,"blue":0.5}""", (await api.GetAsync("/questions/of-d")).GetProperty("outcome").GetRawText());
        Assert.Equal(("yes", "no"), ((await api.GetAsync("/questions/of-b")).Text("outcome"), (await api.GetAsync("/questions/of-c")).Text("outcome")));
        var lines = await api.ImportAsync(
            "outcomes",
            """{"question":"of-a","outcome":{"yes":0.63,"no":0.37},"known_at":"2021-02-02T00:00:00Z"}""" + "\n",
            "application/x-ndjson"
        );
        Assert.Equal((1, 1, 0, 1), lines.Counts());
    }
}
