using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Api.Tests.Importing;
using static Api.Tests.RunningApi;

namespace Api.Tests.ViewingScores;

/// <summary>A log of outcomes with corrections, annulments and outcomes taken back, imported in one go, and the same log imported as it grew.</summary>
public sealed class AsOfTests(AsOfTests.Whole whole, AsOfTests.Growing growing) : IClassFixture<AsOfTests.Whole>, IClassFixture<AsOfTests.Growing>
{
    public sealed class Whole : RunningApi
    {
        protected override IReadOnlyList<string> Settings => ["--Catalogue:Load", "false"];
    }

    public sealed class Growing : RunningApi
    {
        protected override IReadOnlyList<string> Settings => ["--Catalogue:Load", "false"];
    }

    private const int Questions = 14, Forecasters = 5, Seed = 20240611;

    private static readonly DateTimeOffset Start = new(2024, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Boards =
    [
        "/leaderboard?rule=brier.final&kind=person",
        "/leaderboard?kind=person",
        "/leaderboard?rule=brier&tag=even&kind=person",
        "/calibration",
        "/calibration?tag=odd",
        "/analysts/f-0/calibration",
        "/analysts/f-0/compare/f-1?rule=brier",
        "/analysts/f-0/scores",
        "/analysts/consensus:skill-weighted/calibration",
        "/analysts/reference:base-rate/calibration",
    ];

    [Fact]
    public async Task Whatever_day_is_asked_about_the_answer_is_the_one_that_a_live_reader_had_on_that_day()
    {
        var (questions, forecasts, log) = History(new Random(Seed));
        foreach (var api in new RunningApi[] { whole, growing })
        {
            await Import(api, "questions", questions);
            await Import(api, "forecasts", forecasts);
        }

        foreach (var day in log.Select(l => l.KnownAt).Distinct().Order()) await Import(whole, "outcomes", Outcomes(log.Where(l => l.KnownAt == day)));
        await whole.SettledAsync();
        var days = log.Select(l => l.KnownAt).Distinct().Order().ToList();
        Assert.True(days.Count > 8 && log.GroupBy(l => l.Question).Count(g => g.Count() > 2) > 2, "The log has not much in it.");
        foreach (var day in days)
        {
            await Import(growing, "outcomes", Outcomes(log.Where(l => l.KnownAt == day)));
            await growing.SettledAsync();
            string[] urls = [.. Boards, .. Enumerable.Range(0, Questions).Select(q => $"/questions/q-{q}/scores")];
            foreach (var url in urls)
            {
                var live = await growing.GetAsync(url);
                var then = await whole.GetAsync($"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}asOf={At(day)}");
                Same(live, then, $"{url} as of {At(day)}");
            }

            // Between two days nothing changes.
            Same(await growing.GetAsync("/leaderboard?kind=person"), await whole.GetAsync($"/leaderboard?kind=person&asOf={At(day.AddHours(5))}"), "between two days");
        }
    }

    private static void Same(JsonElement live, JsonElement then, string what)
    {
        var (expected, got) = (Plain(live), Plain(then));
        Assert.True(JsonNode.DeepEquals(expected, got), $"{what}:\nlive {expected?.ToJsonString()}\nthen {got?.ToJsonString()}");
    }

    /// <summary>An answer without what tells which generation it came from, and how a question stands that has no scores.</summary>
    private static JsonNode? Plain(JsonElement answer)
    {
        var node = JsonNode.Parse(answer.GetRawText());
        Strip(node);
        return node;

        static void Strip(JsonNode? node)
        {
            if (node is JsonArray list)
            {
                for (var i = list.Count - 1; i >= 0; i--) if (list[i] is JsonObject row && row["forecaster"]?.GetValue<string>() is "consensus:skill-weighted" or "reference:base-rate") list.RemoveAt(i);
                foreach (var entry in list) Strip(entry);
            }
            else if (node is JsonObject thing)
            {
                if (thing.ContainsKey("ruleSet"))
                {
                    foreach (var field in new[] { "trigger", "scoredAt", "recomputed", "generation", "triggerEvent", "lastEventRead", "restsOn", "outcomesAsOf" }) thing.Remove(field);
                    if (thing["ruleSet"] is null)
                    {
                        thing.Remove("status");
                        thing.Remove("reason");
                    }
                }
                else
                {
                    thing.Remove("generation");
                }

                foreach (var (_, value) in thing) Strip(value);
            }
        }
    }

    private static async Task Import(RunningApi api, string kind, string file)
    {
        var import = await api.ImportAsync(kind, file);
        Assert.Equal("succeeded", import.GetProperty("status").GetString());
        Assert.Equal(0, import.Counts().Refused);
    }

    private static string At(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Outcomes(IEnumerable<(string Question, string Outcome, DateTimeOffset KnownAt)> log) =>
        "question,outcome,known_at,source\n" + string.Concat(log.Select(l => $"{l.Question},{l.Outcome},{At(l.KnownAt)},gazette\n"));

    private static (string Questions, string Forecasts, List<(string Question, string Outcome, DateTimeOffset KnownAt)> Log) History(Random random)
    {
        var questions = new StringBuilder("question,title,type,opens_at,closes_at,resolves_by,tags,group\n");
        var forecasts = new StringBuilder("question,forecaster,made_at,probability\n");
        var log = new List<(string, string, DateTimeOffset KnownAt)>();
        for (var q = 0; q < Questions; q++)
        {
            var opens = Start.AddDays(random.Next(0, 6));
            var closes = opens.AddDays(random.Next(6, 20));
            questions.Append(CultureInfo.InvariantCulture, $"q-{q},Will it?,binary,{At(opens)},{At(closes)},,{(q % 2 == 0 ? "even" : "odd")}|all,{(q % 5 == 0 ? "fives" : "")}\n");
            for (var f = 0; f < Forecasters; f++)
            {
                for (var step = 0; step < random.Next(0, 4); step++)
                {
                    forecasts.Append(CultureInfo.InvariantCulture, $"q-{q},f-{f},{At(opens.AddHours((step * 30) + random.Next(0, 30)))},{random.Next(2, 98) / 100.0}\n");
                }
            }

            // An outcome, and for most of the questions what came after it.
            var day = Math.Max((closes - Start).Days - 4, (opens - Start).Days + 2) + random.Next(0, 6);
            var outcome = "";
            for (var claim = 0; claim < random.Next(1, 5); claim++)
            {
                string[] next = [.. new[] { "yes", "no", "yes", "no", "annulled", claim > 0 ? "unresolved" : "no" }.Where(o => o != outcome)];
                outcome = next[random.Next(next.Length)];
                log.Add(($"q-{q}", outcome, Start.AddDays(day).AddHours(3)));
                day += random.Next(1, 6);
            }
        }

        return (questions.ToString(), forecasts.ToString(), [.. log.OrderBy(l => l.KnownAt)]);
    }
}
