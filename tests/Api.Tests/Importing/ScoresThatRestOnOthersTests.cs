using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Domain;
using Domain.ReferenceForecasters;
using Domain.Resolutions;
using Domain.Scoring;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Store.Events;
using Worker.Rescoring;
using static Api.Tests.RunningApi;

namespace Api.Tests.Importing;

/// <summary>The consensus by skill and the base rate of a question follow what becomes of the questions before it.</summary>
public sealed class ScoresThatRestOnOthersTests(RunningApi api) : IClassFixture<RunningApi>
{
    private const string Skill = "consensus:skill-weighted",
        BaseRate = "reference:base-rate";

    [Theory]
    [InlineData("early", true)]
    [InlineData("late", false)]
    public async Task An_outcome_that_is_logged_late_counts_as_if_it_had_been_logged_in_time(string name, bool inTime)
    {
        var (before, after) = ($"{name}-before", $"{name}-after");
        await TwoQuestionsAsync(name);
        if (!inTime)
            await OutcomeAsync($"{after},yes,2024-06-01T00:00:00Z");
        await OutcomeAsync($"{before},yes,2024-03-01T00:00:00Z");
        if (inTime)
            await OutcomeAsync($"{after},yes,2024-06-01T00:00:00Z");

        // The one who was right before is the only one who counts; of one question one came out yes: (1 + 1)/(1 + 2).
        Assert.Equal((0.04, 1 / 9.0), await BriersAsync(after));
        Assert.Equal(inTime ? ["resolution"] : ["resolution", "other-questions"], await TriggersAsync(after));

        await OutcomeAsync($"{before},no,2024-03-02T00:00:00Z");
        Assert.Equal((0.49, 4 / 9.0), await BriersAsync(after));

        // Known only after the later question's window ended, it is as if nothing had been known: everybody weighs the same.
        await OutcomeAsync($"{before},yes,2024-07-01T00:00:00Z");
        Assert.Equal((Math.Round(Math.Pow(1 - 0.55, 2), 9), 0.25), await BriersAsync(after));
        await OutcomeAsync($"{before},yes,2024-03-03T00:00:00Z");
        Assert.Equal((0.04, 1 / 9.0), await BriersAsync(after));
        await OutcomeAsync($"{before},unresolved,2024-08-01T00:00:00Z");
        Assert.Equal((Math.Round(Math.Pow(1 - 0.55, 2), 9), 0.25), await BriersAsync(after));
        await OutcomeAsync($"{before},annulled,2024-08-02T00:00:00Z");
        Assert.Equal((Math.Round(Math.Pow(1 - 0.55, 2), 9), 0.25), await BriersAsync(after));

        var generations = await GenerationsAsync(after);
        Assert.Equal(Enumerable.Repeat("other-questions", generations.Count - 1), generations.Skip(1).Select(g => g.GetProperty("trigger").GetString()));
        var claim = generations[0].GetProperty("triggerEvent").GetInt64();
        Assert.All(generations, g => Assert.Equal(claim, g.GetProperty("triggerEvent").GetInt64()));
        var rests = generations.Select(g => g.GetProperty("restsOn").GetInt64()).ToList();
        Assert.Equal(rests.Distinct().Order(), rests);
        // Each is explained by what it rests on, however much has changed since.
        foreach (var generation in generations.Select(g => g.GetProperty("generation").GetInt32()))
        {
            var scores = await api.GetAsync($"/questions/{after}/scores?generation={generation}");
            foreach (var forecaster in new[] { Skill, BaseRate, $"{name}-good" })
            {
                var explained = await api.GetAsync($"/questions/{after}/scores/{forecaster}/explanation?generation={generation}");
                Assert.Equal(
                    Brier(scores, forecaster),
                    Math.Round(explained.GetProperty("scores").GetProperty("brier.final").GetProperty("sum").GetDouble(), 9)
                );
                Assert.False(explained.TryGetProperty("note", out _));
            }
        }
    }

    [Fact]
    public async Task Forecasts_that_come_in_late_on_an_earlier_question_move_what_rests_on_it()
    {
        await TwoQuestionsAsync("f");
        await OutcomeAsync("f-before,yes,2024-03-01T00:00:00Z");
        await OutcomeAsync("f-after,yes,2024-06-01T00:00:00Z");
        Assert.Equal((0.04, 1 / 9.0), await BriersAsync("f-after"));

        // Somebody was better still, who did not say anything about the later one: nobody's record is as good as it was.
        await api.ImportAsync(
            "forecasts",
            "question,forecaster,made_at,probability\nf-before,best,2024-01-02T00:00:00Z,0.99\nf-before,f-good,2024-02-20T00:00:00Z,0.01\n"
        );
        await api.SettledAsync();

        Assert.Equal(["resolution", "late-import"], await TriggersAsync("f-before"));
        Assert.Equal(["resolution", "other-questions"], await TriggersAsync("f-after"));
        Assert.NotEqual(0.04, (await BriersAsync("f-after")).Skill);
        await NothingWouldChangeAsync();
    }

    [Fact]
    public async Task What_shares_neither_forecasters_nor_tag_is_left_as_it_is()
    {
        await TwoQuestionsAsync("alone");
        await api.ImportAsync(
            "questions",
            "question,title,type,opens_at,closes_at,tags\nelsewhere,Will it?,binary,2024-04-01T00:00:00Z,2024-06-01T00:00:00Z,other\n"
        );
        await api.ImportAsync("forecasts", "question,forecaster,made_at,probability\nelsewhere,stranger,2024-04-02T00:00:00Z,0.7\n");
        await OutcomeAsync("elsewhere,yes,2024-06-01T00:00:00Z");
        await OutcomeAsync("alone-before,yes,2024-03-01T00:00:00Z");

        Assert.Equal(["resolution"], await TriggersAsync("elsewhere"));
    }

    [Fact]
    public async Task A_log_that_comes_in_at_once_makes_the_generations_that_it_would_have_made_day_by_day()
    {
        async Task<List<string>> ComeInAsync(string prefix, int rowsAtATime)
        {
            // One in which much is corrected.
            var history = Enumerable.Range(1, 100).Select(seed => HistoryInAnyOrder.Of(seed, prefix)).First(h => Growing(h).Count > 14);
            foreach (var (kind, file) in history.Files(new Random(1)).Where(f => f.Kind == "questions"))
                await api.ImportAsync(kind, file);
            foreach (var (kind, file) in history.Files(new Random(1)).Where(f => f.Kind == "forecasts"))
                await api.ImportAsync(kind, file);
            var log = Growing(history);
            foreach (var rows in log.Chunk(rowsAtATime))
                await OutcomeAsync(rows);
            var generations = new List<string>();
            foreach (var question in history.Questions)
            {
                foreach (var g in await GenerationsAsync(question.Slug))
                {
                    var scores = await api.GetAsync($"/questions/{question.Slug}/scores?generation={g.GetProperty("generation").GetInt32()}");
                    generations.Add(
                        history.Plain(
                            $"{question.Slug} {g.GetProperty("trigger")} {g.GetProperty("outcome")} {g.GetProperty("outcomesAsOf")} "
                                + $"{scores.GetProperty("items")}"
                        )
                    );
                }
            }

            return generations;
        }

        var (atOnce, dayByDay) = (await ComeInAsync("once-", 1_000), await ComeInAsync("days-", 1));

        // A log grows: what is claimed later stands later in it.
        static List<string> Growing(HistoryInAnyOrder history) =>
            [
                .. history
                    .Questions.SelectMany(q =>
                        q.Log.TakeWhile((c, i) => i == 0 || q.Log[i - 1].KnownAt < c.KnownAt)
                            .Select(c => (c.KnownAt, Row: $"{q.Slug},{c.Outcome},{c.KnownAt:yyyy-MM-ddTHH:mm:ssZ}"))
                    )
                    .OrderBy(c => c.KnownAt)
                    .Select(c => c.Row),
            ];

        Assert.Contains(dayByDay, g => g.Contains("other-questions", StringComparison.Ordinal));
        Assert.Equal(dayByDay, atOnce);
    }

    [Fact]
    public async Task Outcomes_confirmed_at_the_same_time_as_others_come_in_leave_nothing_stale()
    {
        var resolvers = new[] { await api.AsAsync("first-resolver", "resolver"), await api.AsAsync("second-resolver", "resolver") };
        var ana = await api.AsAsync("ana-at-once", "analyst");
        var slugs = Enumerable.Range(0, 8).Select(i => $"at-once-{i}").ToList();
        foreach (var (slug, i) in slugs.Select((s, i) => (s, i)))
        {
            await api.OpenQuestionAsync(slug, new { tags = new[] { "at-once" }, opensAt = DateTimeOffset.UtcNow.AddDays(-10) });
            using var put = await ana.PutAsJsonAsync($"/questions/{slug}/forecast", new { probability = 0.1 + (0.1 * i) });
            await Json(put, HttpStatusCode.Created);
        }

        await TwoQuestionsAsync("meanwhile", tag: "at-once");
        var knownAt = DateTimeOffset.UtcNow;
        var imports = OutcomeAsync("meanwhile-after,yes,2024-06-01T00:00:00Z", "meanwhile-before,no,2024-03-01T00:00:00Z");
        await Task.WhenAll(
            slugs.Select(
                async (slug, i) =>
                {
                    // Those that are confirmed later may have been known earlier.
                    await ConfirmAsync(slug, i % 2 == 0 ? "yes" : "no", knownAt.AddMinutes(-i * 17 % 60), resolvers[0], resolvers[1]);
                    if (i % 3 == 0)
                        await ConfirmAsync(slug, "no", knownAt.AddMinutes(-i), resolvers[1], resolvers[0], "/correct");
                }
            )
        );
        await imports;
        await api.SettledAsync();

        await NothingWouldChangeAsync();
        Assert.Equal(["resolution", "correction"], (await TriggersAsync("at-once-3")).Where(t => t != "other-questions"));
    }

    [Fact]
    public async Task A_question_that_cannot_be_scored_keeps_no_other_waiting()
    {
        await TwoQuestionsAsync("stuck");
        // No version of this service records such an outcome.
        await LogAsync("stuck-before", new QuestionResolved("perhaps", new(2024, 3, 1, 0, 0, 0, TimeSpan.Zero), "r", [], "a", "b", Imported: true));
        await OutcomeAsync(settles: false, "stuck-after,yes,2024-06-01T00:00:00Z");
        Assert.Equal("resolution", Assert.Single(await GenerationsAsync("stuck-after")).GetProperty("trigger").GetString());
        Assert.Empty(await GenerationsAsync("stuck-before"));

        await LogAsync("stuck-before", new ResolutionCorrected("yes", new(2024, 3, 2, 0, 0, 0, TimeSpan.Zero), "r", [], "a", "b", Imported: true));
        await api.SettledAsync();

        Assert.Equal(["correction"], await TriggersAsync("stuck-before"));
        Assert.Equal((0.04, 1 / 9.0), await BriersAsync("stuck-after"));
        // Nothing scores an outcome that another has replaced: nobody is told to ask again.
        foreach (var url in new[] { "/questions/stuck-before/scores", "/questions/stuck-before/scores/stuck-good/explanation" })
        {
            var then = await api.GetAsync($"{url}?asOf=2024-03-01T12:00:00Z");
            Assert.Equal((0, "neverScored"), (then.GetProperty("generation").GetInt32(), then.GetProperty("status").GetString()));
            Assert.Contains("The latest generation is 1.", then.GetProperty("reason").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_crowd_of_an_instant_is_weighed_by_the_records_of_then()
    {
        await TwoQuestionsAsync("weighed");
        await OutcomeAsync("weighed-before,yes,2024-03-01T00:00:00Z");
        Assert.Equal(0.8, await SaidAsync(""), 9);

        await OutcomeAsync("weighed-before,no,2024-05-20T00:00:00Z");
        Assert.Equal(0.8, await SaidAsync("&asOf=2024-05-01T00:00:00Z"), 9);
        Assert.Equal(0.3, await SaidAsync("&asOf=2024-05-25T00:00:00Z"), 9);
        Assert.Equal(0.3, await SaidAsync(""), 9);
        Assert.Equal(0.3, await SaidAsync($"&knownAt={DateTimeOffset.UtcNow:yyyy-MM-ddTHH:mm:ss.ffffffZ}"), 9);

        async Task<double> SaidAsync(string more) =>
            (await api.GetAsync($"/questions/weighed-after/consensus?method=skill-weighted{more}")).GetProperty("probability").GetDouble();
    }

    /// <summary>Records an outcome past what would refuse it, as an import leaves it.</summary>
    private async Task LogAsync(string slug, object outcome)
    {
        await using var session = api.Services.GetRequiredService<IDocumentStore>().LightweightSession();
        session.CausationId = ImportCausation.Of("by-hand");
        session.Events.Append(StreamKeys.Question(slug), outcome);
        session.QueueSqlCommand(
            "insert into forecasts.pending_scorings as p (question, trigger) values (?, 'resolution') on conflict (question) do update set asked = p.asked + 1",
            slug
        );
        await session.SaveChangesAsync();
    }

    private static async Task ConfirmAsync(string slug, string outcome, DateTimeOffset knownAt, HttpClient proposer, HttpClient confirmer, string call = "")
    {
        using var proposed = await proposer.PostAsJsonAsync(
            $"/questions/{slug}/resolution{call}",
            new
            {
                outcome,
                knownAt,
                reason = "Seen.",
                evidence = new[] { "a gauge" },
            }
        );
        await Json(proposed, HttpStatusCode.OK);
        using var confirmed = await confirmer.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, $"/questions/{slug}/resolution/confirm") { Headers = { IfMatch = { proposed.Headers.ETag! } } }
        );
        await Json(confirmed, HttpStatusCode.OK);
    }

    private async Task TwoQuestionsAsync(string name, string? tag = null)
    {
        tag ??= name;
        await api.ImportAsync(
            "questions",
            $"question,title,type,opens_at,closes_at,tags\n{name}-before,Will it?,binary,2024-01-01T00:00:00Z,2024-08-01T00:00:00Z,{tag}\n"
                + $"{name}-after,Will it?,binary,2024-04-01T00:00:00Z,2024-06-01T00:00:00Z,{tag}\n"
        );
        await api.ImportAsync(
            "forecasts",
            $"""
            question,forecaster,made_at,probability
            {name}-before,{name}-good,2024-01-02T00:00:00Z,0.9
            {name}-before,{name}-bad,2024-01-02T00:00:00Z,0.2
            {name}-after,{name}-good,2024-04-02T00:00:00Z,0.8
            {name}-after,{name}-bad,2024-04-02T00:00:00Z,0.3
            """
        );
    }

    private Task OutcomeAsync(params string[] rows) => OutcomeAsync(settles: true, rows);

    private async Task OutcomeAsync(bool settles, params string[] rows)
    {
        var import = await api.ImportAsync("outcomes", $"question,outcome,known_at\n{string.Join('\n', rows)}\n");
        Assert.Equal((rows.Length, rows.Length, 0L, 0L), import.Counts());
        if (settles)
            await api.SettledAsync();
    }

    private async Task<(double Skill, double BaseRate)> BriersAsync(string slug)
    {
        var scores = await api.GetAsync($"/questions/{slug}/scores");
        return (
            Brier(scores, Skill),
            Brier(scores, BaseRate) is var rate && Math.Abs(rate - (1 / 9.0)) < 1e-9 ? 1 / 9.0
            : Math.Abs(rate - (4 / 9.0)) < 1e-9 ? 4 / 9.0
            : rate
        );
    }

    private static double Brier(JsonElement scores, string forecaster) =>
        Math.Round(
            scores
                .GetProperty("items")
                .EnumerateArray()
                .Single(r => r.GetProperty("forecaster").GetString() == forecaster)
                .GetProperty("scores")
                .GetProperty("brier.final")
                .GetDouble(),
            9
        );

    private async Task<List<JsonElement>> GenerationsAsync(string slug) =>
        [.. (await api.GetAsync($"/questions/{slug}/scores/generations")).GetProperty("items").EnumerateArray()];

    private async Task<string[]> TriggersAsync(string slug) => [.. (await GenerationsAsync(slug)).Select(g => g.GetProperty("trigger").GetString()!)];

    /// <summary>What <c>rescore --dry-run</c> would say.</summary>
    private async Task NothingWouldChangeAsync()
    {
        var store = api.Services.GetRequiredService<IDocumentStore>();
        await foreach (
            var rescored in new Rescoring(store, TimeProvider.System).RunAsync(
                new RescoringRequest(null, RuleSet.Current.Version, DryRun: true),
                CancellationToken.None
            )
        )
        {
            Assert.False(rescored.Changed, string.Create(CultureInfo.InvariantCulture, $"{rescored.Question}: {string.Join("; ", rescored.Changes)}"));
        }
    }
}
