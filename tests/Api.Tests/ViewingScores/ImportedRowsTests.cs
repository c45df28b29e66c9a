using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Api.Tests.Exporting;
using Api.Tests.Importing;
using static Api.Tests.RunningApi;

namespace Api.Tests.ViewingScores;

/// <summary>
/// A question that ran live, with two who forecast on it, one brought in before the outcome and one after it, to the head of the board; beside it a question
/// from a file.
/// </summary>
public sealed class ServiceWithAnAttack : RunningApi
{
    protected override IReadOnlyList<string> Settings => ["--Catalogue:Load", "false"];

    public HttpClient Ann { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Ann = await AsAsync("ann", "analyst", "resolver");
        var ben = await AsAsync("ben", "analyst");
        await OpenQuestionAsync("live");
        foreach (var (who, p) in new[] { (Ann, 0.75), (ben, 0.25) })
        {
            using var stated = await who.PutAsJsonAsync("/questions/live/forecast", new { probability = p });
            Assert.True(stated.IsSuccessStatusCode);
        }

        await TakenAsync("questions", "question,title,type,opens_at,closes_at\nold,Did it?,binary,2020-01-01,2020-02-01\n");
        await TakenAsync("forecasts", $"question,forecaster,made_at,probability\nlive,early,{Ago(9)},0.5\nold,early,2020-01-05,0.5\nold,sly,2020-01-05,0.25\n");
        await TakenAsync("outcomes", "question,outcome,known_at\nold,yes,2020-02-02\n");
        using (
            var proposed = await Owner.PostAsJsonAsync(
                "/questions/live/resolution",
                new
                {
                    outcome = "yes",
                    knownAt = DateTimeOffset.UtcNow,
                    reason = "Seen.",
                    evidence = new[] { "a gauge" },
                }
            )
        )
            await Json(proposed, HttpStatusCode.OK);
        using (var confirmed = await ConfirmAsync(Ann, "live"))
            await Json(confirmed, HttpStatusCode.OK);
        await SettledAsync();
        await TakenAsync("forecasts", $"question,forecaster,made_at,probability\nlive,sly,{Ago(9)},0.999\n");
        await EventuallyAsync(
            "/questions/live/scores",
            s => s.GetProperty("items").EnumerateArray().Any(i => i.GetProperty("forecaster").GetString() == "sly")
        );
        await SettledAsync();
    }

    public static string Ago(int days) => DateTimeOffset.UtcNow.AddDays(-days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private async Task TakenAsync(string kind, string file)
    {
        var import = await this.ImportAsync(kind, file);
        Assert.True(import.GetProperty("status").GetString() == "succeeded" && import.Counts().Refused == 0, import.ToString());
    }
}

/// <summary>Rows of scores that rest on forecasts from files, on boards and in exports.</summary>
public sealed class ImportedRowsTests(ServiceWithAnAttack api) : IClassFixture<ServiceWithAnAttack>
{
    private const string After = "imported, after the outcome",
        Before = "imported",
        Live = "live";

    [Fact]
    public async Task A_forecast_that_was_brought_in_after_the_outcome_does_not_stand_on_the_board_and_is_marked_wherever_it_does()
    {
        var board = Marks(await api.GetAsync("/leaderboard?rule=baseline"));
        Assert.Equal((Live, 1), board["ann"]);
        Assert.Equal((After, 1), board["sly"]); // On the question that was imported, where steps from files count as ever.
        Assert.Equal((After, 1), board["early"]);
        Assert.Equal((Live, 2), board["reference:uniform"]);

        var all = Marks(await api.GetAsync("/leaderboard?rule=baseline&imported=include"));
        Assert.Equal([(After, 2), (After, 2), (Live, 1)], new[] { all["sly"], all["early"], all["ann"] });
        Assert.Equal(
            ["ann", "ben", "reference:base-rate", "reference:uniform"],
            Marks(await api.GetAsync("/leaderboard?rule=baseline&imported=exclude")).Keys.Order(StringComparer.Ordinal)
        );
        var only = Marks(await api.GetAsync("/leaderboard?rule=baseline&imported=only"));
        Assert.Equal(2, only["sly"].Questions);
        Assert.Contains("consensus:median", only.Keys);
        Assert.DoesNotContain("ann", only.Keys);
    }

    [Fact]
    public async Task Nobody_is_spoken_for_who_is_here()
    {
        var import = await api.ImportAsync(
            "forecasts",
            $"question,forecaster,made_at,probability,withdrawn\nlive,ben,{ServiceWithAnAttack.Ago(8)},0.999,\n"
                + $"live,ann,{ServiceWithAnAttack.Ago(1)},,true\nold,ann,2020-01-05,0.999,\n"
        );
        Assert.Equal((3, 0, 3, 0), import.Counts());
        var outcome = await api.ImportAsync("outcomes", "question,outcome,known_at\nlive,no,2026-01-01\n");
        Assert.Equal((1, 0, 1, 0), outcome.Counts());
    }

    [Fact]
    public async Task Scores_say_what_each_row_rests_on()
    {
        var scores = Items(await api.GetAsync("/questions/live/scores"), "forecaster");
        Assert.Equal(
            [Live, Live, Before, After, After, Live],
            new[] { "ann", "ben", "early", "sly", "consensus:median", "reference:uniform" }.Select(f => Mark(scores[f]))
        );
        var first = Items(await api.GetAsync("/questions/live/scores?generation=1"), "forecaster");
        Assert.Equal((Before, false), (Mark(first["consensus:median"]), first.ContainsKey("sly")));
        Assert.Equal(
            ["ann", "ben", "reference:base-rate", "reference:uniform"],
            Items(await api.GetAsync("/questions/live/scores?imported=exclude"), "forecaster").Keys.Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            ["early", "sly"],
            Items(await api.GetAsync("/questions/live/scores?imported=only"), "forecaster")
                .Keys.Where(f => !f.StartsWith("consensus:", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        );

        var generations = (await api.GetAsync("/questions/live/scores/generations?imported=exclude")).GetProperty("items").EnumerateArray().ToList();
        Assert.All(generations, g => Assert.Equal((4, true), (g.GetProperty("forecasters").GetInt32(), g.GetProperty("imported").GetBoolean())));

        var own = Items(await api.GetAsync("/analysts/sly/scores"), "question");
        Assert.Equal([After, After], new[] { own["live"], own["old"] }.Select(Mark));
        Assert.Empty(Items(await api.GetAsync("/analysts/sly/scores?imported=exclude"), "question"));
        Assert.Equal(["live"], Items(await api.GetAsync("/analysts/ann/scores?imported=exclude"), "question").Keys);
        Assert.Empty(Items(await api.GetAsync("/analysts/ann/scores?imported=only"), "question"));
    }

    [Fact]
    public async Task Explanations_say_it_interval_by_interval()
    {
        foreach (var (who, mark) in new[] { ("ann", Live), ("early", Before), ("sly", After), ("reference:uniform", Live) })
        {
            var explained = await api.GetAsync($"/questions/live/scores/{who}/explanation?score=baseline");
            Assert.Equal(mark, Mark(explained));
            Assert.All(explained.GetProperty("scores").GetProperty("baseline").GetProperty("intervals").EnumerateArray(), i => Assert.Equal(mark, Mark(i)));
        }

        var consensus = await api.GetAsync("/questions/live/scores/consensus:median/explanation?score=baseline");
        Assert.Equal(After, Mark(consensus));
        using var refused = await api.Owner.GetAsync(new Uri("/questions/live/scores/sly/explanation?imported=exclude", UriKind.Relative));
        await Json(refused, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Comparisons_and_calibration_leave_out_what_was_brought_onto_a_live_question()
    {
        Assert.Equal("0 1 0 1", await Counts("/analysts/ann/compare/sly?rule=baseline", "", "&imported=include", "&imported=exclude", "&imported=only"));
        Assert.Equal("1 1 1 0", await Counts("/analysts/ann/compare/ben?rule=baseline", "", "&imported=include", "&imported=exclude", "&imported=only"));
        Assert.Equal("1 2 0 2", await Counts("/analysts/sly/calibration", "", "?imported=include", "?imported=exclude", "?imported=only"));
        Assert.Equal("1 1 1 0", await Counts("/analysts/ann/calibration", "", "?imported=include", "?imported=exclude", "?imported=only"));
        Assert.Equal("1 2 0 2", await Counts("/analysts/consensus:median/calibration", "", "?imported=include", "?imported=exclude", "?imported=only"));
        Assert.Equal("2 2 1 2", await Counts("/calibration", "", "?imported=include", "?imported=exclude", "?imported=only"));
        Assert.Equal("2 2 0 2", await Counts("/analysts/sly/updating", "", "?imported=include", "?imported=exclude", "?imported=only"));
    }

    [Fact]
    public async Task Exports_carry_both_marks_and_go_in_again()
    {
        var rows = (await api.RowsAsync("scores", "question=live"))
            .GroupBy(r => r["forecaster"])
            .ToDictionary(g => g.Key, g => (g.First()["imported"], g.First()["after_outcome"]));
        Assert.Equal(
            [("false", "false"), ("true", "false"), ("true", "true"), ("true", "true")],
            new[] { "ann", "early", "sly", "consensus:median" }.Select(f => rows[f])
        );
        var steps = (await api.RowsAsync("forecasts", "question=live")).ToDictionary(r => r["forecaster"], r => (r["imported"], r["after_outcome"]));
        Assert.Equal([("false", "false"), ("true", "false"), ("true", "true")], new[] { "ann", "early", "sly" }.Select(f => steps[f]));
        var again = await api.ImportAsync("forecasts", await api.Owner.GetByteArrayAsync(new Uri("/exports/forecasts", UriKind.Relative)));
        Assert.Equal((6, 6, 0, 6), again.Counts());
        var step = Assert.Single((await api.GetAsync("/questions/live/forecasts/sly")).GetProperty("steps").EnumerateArray());
        Assert.Equal(After, Mark(step));
    }

    [Theory]
    [InlineData("/questions/live/scores")]
    [InlineData("/questions/live/scores/generations")]
    [InlineData("/questions/live/scores/ann/explanation")]
    [InlineData("/analysts/ann/scores")]
    [InlineData("/analysts/ann/calibration")]
    [InlineData("/analysts/ann/updating")]
    [InlineData("/analysts/ann/compare/ben")]
    [InlineData("/leaderboard")]
    [InlineData("/calibration")]
    public async Task Another_word_is_refused(string url)
    {
        using var refused = await api.Owner.GetAsync(new Uri($"{url}?imported=maybe", UriKind.Relative));
        Assert.Contains("include, exclude, only", (await Json(refused, HttpStatusCode.BadRequest)).ToString(), StringComparison.Ordinal);
        foreach (var given in new[] { "include", "exclude" })
        {
            using var answered = await api.Owner.GetAsync(
                new Uri($"{url}?imported={given}&asOf={Uri.EscapeDataString(DateTimeOffset.UtcNow.ToString("O"))}", UriKind.Relative)
            );
            Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        }
    }

    [Fact]
    public async Task Looking_back_it_is_what_was_imported_by_then()
    {
        var first = (await api.GetAsync("/questions/live/scores?generation=1")).GetProperty("scoredAt").GetString()!;
        var then = Items(await api.GetAsync($"/leaderboard?rule=baseline&imported=include&knownAt={Uri.EscapeDataString(first)}"), "forecaster");
        Assert.Equal(1, then["sly"].GetProperty("questions").GetInt32());
        Assert.Equal(
            1,
            Items(await api.GetAsync($"/leaderboard?rule=baseline&knownAt={Uri.EscapeDataString(first)}"), "forecaster")["early"]
                .GetProperty("questions")
                .GetInt32()
        );
    }

    private static Dictionary<string, (string Mark, int Questions)> Marks(JsonElement board) =>
        Items(board, "forecaster").ToDictionary(i => i.Key, i => (Mark(i.Value), i.Value.GetProperty("questions").GetInt32()), StringComparer.Ordinal);

    private static Dictionary<string, JsonElement> Items(JsonElement answer, string by) =>
        answer.GetProperty("items").EnumerateArray().ToDictionary(i => i.GetProperty(by).GetString()!, i => i, StringComparer.Ordinal);

    private static string Mark(JsonElement row) =>
        (row.GetProperty("imported").GetBoolean(), row.GetProperty("afterOutcome").GetBoolean()) switch
        {
            (true, true) => After,
            (true, false) => Before,
            (false, false) => Live,
            _ => throw new InvalidOperationException("Nothing that is not imported is after the outcome."),
        };

    private async Task<string> Counts(string url, params string[] more)
    {
        var counts = new List<int>();
        foreach (var m in more)
            counts.Add((await api.GetAsync(url + m)).GetProperty("questions").GetInt32());
        return string.Join(' ', counts);
    }
}
