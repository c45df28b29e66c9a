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
    /// <summary>The service that took the log in one go.</summary>
    public sealed class Whole : RunningApi
    {
        protected override IReadOnlyList<string> Settings => ["--Catalogue:Load", "false"];
    }

    /// <summary>The service that took the log as it grew.</summary>
    public sealed class Growing : RunningApi
    {
        protected override IReadOnlyList<string> Settings => ["--Catalogue:Load", "false"];
    }

    private const int Questions = 12,
        Forecasters = 4,
        Seed = 20240611;

    private static readonly DateTimeOffset Start = new(2024, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Boards =
    [
        "/leaderboard?rule=brier.final",
        "/leaderboard",
        "/leaderboard?rule=log&reference=reference:base-rate",
        "/leaderboard?rule=brier&tag=even&kind=person",
        "/calibration",
        "/calibration?tag=odd",
        "/analysts/f-0/calibration",
        "/analysts/consensus:skill-weighted/calibration",
        "/analysts/reference:base-rate/calibration",
        "/analysts/f-0/compare/f-1?rule=brier",
        "/analysts/f-2/compare/consensus:skill-weighted?rule=brier",
        "/analysts/f-0/compare/reference:base-rate",
        "/analysts/f-0/scores",
        "/analysts/consensus:skill-weighted/scores",
        "/analysts/reference:base-rate/scores?rule=brier",
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

        await Import(whole, "outcomes", Outcomes(log));
        var days = log.Select(l => l.KnownAt).Distinct().Order().ToList();
        Assert.True(days.Count > 8 && log.GroupBy(l => l.Question).Count(g => g.Count() > 2) > 2, "The log has not much in it.");
        foreach (var (i, day) in days.Index())
        {
            await Import(growing, "outcomes", Outcomes(log.Where(l => l.KnownAt == day)));
            // The answers of a day are some thirty; those of every other day hold the same rules.
            if (i % 2 == 0 && i < days.Count - 1)
                continue;
            await growing.SettledAsync();
            string[] urls = [.. Enumerable.Range(0, Questions).Select(q => $"/questions/q-{q}/scores"), .. Boards];
            foreach (var url in urls)
            {
                var live = await growing.GetAsync(url);
                var then = await whole.GetAsync($"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}asOf={At(day)}");
                Same(live, then, $"{url} as of {At(day)}");
            }

            // Between two days nothing changes.
            Same(await growing.GetAsync("/leaderboard"), await whole.GetAsync($"/leaderboard?asOf={At(day.AddHours(5))}"), "between two days");
        }
    }

    /// <summary>A part of a real log of outcomes, from a folder beside the checkout; skipped where it is missing.</summary>
    [Fact]
    public async Task On_a_public_log_of_outcomes_each_days_board_is_the_live_one()
    {
        var folder = PublicDataSets.Folder("forecastbench-supers");
        if (folder is null)
            Assert.Skip("There are no public data sets here.");
        // All that is known of some of the questions: every tenth of those with a history, every fortieth of the others.
        var log = (await File.ReadAllLinesAsync(Path.Combine(folder, "outcomes.csv")))[1..]
            .Select(line => line.Split(','))
            .GroupBy(row => row[0])
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Where((g, i) => i % (g.Count() > 1 ? 10 : 40) == 0)
            .SelectMany(g => g)
            .Select(row => (Question: row[0], Outcome: row[1], KnownAt: DateTimeOffset.Parse(row[2], CultureInfo.InvariantCulture)))
            .OrderBy(l => l.KnownAt)
            .ToList();
        var taken = log.Select(l => l.Question).ToHashSet(StringComparer.Ordinal);
        await using var all = new Started();
        await using var daily = new Started();
        foreach (var api in new RunningApi[] { all, daily })
        {
            await api.InitializeAsync();
            foreach (var kind in new[] { "questions", "forecasts" })
            {
                var rows = Encoding.UTF8.GetString(PublicDataSets.Read(Path.Combine(folder, kind + ".csv"))).Split('\n');
                await Import(api, kind, string.Join('\n', rows.Where((row, i) => i == 0 || taken.Contains(row.Split(',')[0]))));
            }
        }

        await Import(all, "outcomes", Outcomes(log));
        var days = log.Select(l => l.KnownAt).Distinct().Order().ToList();
        Assert.True(days.Count > 10);
        foreach (var day in days)
        {
            await Import(daily, "outcomes", Outcomes(log.Where(l => l.KnownAt == day)));
            await daily.SettledAsync();
            Same(
                await daily.GetAsync("/leaderboard?rule=brier.final"),
                await all.GetAsync($"/leaderboard?rule=brier.final&asOf={At(day)}"),
                $"as of {At(day)}"
            );
        }
    }

    private sealed class Started : RunningApi
    {
        protected override IReadOnlyList<string> Settings => ["--Catalogue:Load", "false"];
    }

    private static void Same(JsonElement live, JsonElement then, string what)
    {
        var differences = Differences(Plain(live), Plain(then)).Take(10).ToList();
        Assert.True(differences.Count == 0, $"{what}:\n{string.Join('\n', differences)}");
    }

    private static IEnumerable<string> Differences(JsonNode? live, JsonNode? then) =>
        (live, then) switch
        {
            (JsonObject a, JsonObject b) => a.Select(f => f.Key).Union(b.Select(f => f.Key), StringComparer.Ordinal).SelectMany(f => Differences(a[f], b[f])),
            (JsonArray a, JsonArray b) when a.Count == b.Count => a.Zip(b).SelectMany(pair => Differences(pair.First, pair.Second)),
            _ => JsonNode.DeepEquals(live, then)
                ? []
                : [$"{(live ?? then)!.GetPath()}: live {live?.ToJsonString() ?? "nothing"}, then {then?.ToJsonString() ?? "nothing"}"],
        };

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
                foreach (var entry in list)
                    Strip(entry);
            }
            else if (node is JsonObject thing)
            {
                if (thing.ContainsKey("ruleSet"))
                {
                    foreach (
                        var field in new[] { "trigger", "scoredAt", "recomputed", "generation", "triggerEvent", "lastEventRead", "restsOn", "outcomesAsOf" }
                    )
                        thing.Remove(field);
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

                foreach (var (_, value) in thing)
                    Strip(value);
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
            questions.Append(
                CultureInfo.InvariantCulture,
                $"q-{q},Will it?,binary,{At(opens)},{At(closes)},,{(q % 2 == 0 ? "even" : "odd")}|all,{(q % 5 == 0 ? "fives" : "")}\n"
            );
            for (var f = 0; f < Forecasters; f++)
            {
                for (var step = 0; step < random.Next(0, 4); step++)
                {
                    forecasts.Append(
                        CultureInfo.InvariantCulture,
                        $"q-{q},f-{f},{At(opens.AddHours((step * 30) + random.Next(0, 30)))},{random.Next(2, 98) / 100.0}\n"
                    );
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
