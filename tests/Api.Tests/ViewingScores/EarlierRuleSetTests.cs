using System.Text.Json;
using Api.Tests.Importing;
using Domain.Scoring;
using Marten;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Store.Operations;
using Worker.Rescoring;
using static Api.Tests.RunningApi;

namespace Api.Tests.ViewingScores;

/// <summary>A store whose scores are by a rule set that this version cannot compute by.</summary>
public sealed class EarlierRuleSetTests(EarlierRuleSetTests.Service api) : IClassFixture<EarlierRuleSetTests.Service>
{
    /// <summary>The service on that store.</summary>
    public sealed class Service : RunningApi
    {
        protected override IReadOnlyList<string> Settings => ["--Catalogue:Load", "false"];
    }

    [Fact]
    public async Task Stays_readable_and_is_brought_up_to_date_when_somebody_asks()
    {
        await api.ImportAsync(
            "questions",
            """
            question,title,type,opens_at,closes_at,tags,range_min,range_max
            before,Will it?,binary,2024-01-01T00:00:00Z,2024-08-01T00:00:00Z,t,,
            after,Will it?,binary,2024-04-01T00:00:00Z,2024-06-01T00:00:00Z,t,,
            number,How many?,numeric,2024-01-01T00:00:00Z,2024-02-01T00:00:00Z,t,0,100

            """
        );
        await api.ImportAsync(
            "forecasts",
            """
            question,forecaster,made_at,probability,value
            before,good,2024-01-02T00:00:00Z,0.9,
            before,bad,2024-01-02T00:00:00Z,0.2,
            after,good,2024-04-02T00:00:00Z,0.8,
            after,bad,2024-04-02T00:00:00Z,0.3,
            number,good,2024-01-02T00:00:00Z,0.5,40
            number,bad,2024-01-02T00:00:00Z,0.5,90

            """
        );
        await OutcomeAsync("number,42,2024-02-01T00:00:00Z", "before,yes,2024-03-01T00:00:00Z", "after,yes,2024-06-01T00:00:00Z");
        Assert.Equal(CheckState.Sound, (await RuleSetCheckAsync()).State);

        // As an earlier version left them, which read the spot otherwise.
        await api.ScalarAsync<object>(
            """
            update forecasts.mt_events set data = jsonb_set(jsonb_set(data, '{ruleSet}', '"1"'), '{rows}',
                (select jsonb_agg(case when r ->> 'forecaster' = 'good' then jsonb_set(r, '{scores,spotPeer}', '77') else r end)
                    from jsonb_array_elements(data -> 'rows') r))
            where type = 'question_scored'
            """
        );
        await api.ScalarAsync<object>("update forecasts.view_generations set rule_set = '1'");

        var check = await RuleSetCheckAsync();
        Assert.Equal((CheckState.Doubtful, "3 questions have their latest scores by rule set 1; this version scores by 2."), (check.State, check.Found));
        Assert.Contains("rescore", check.ToDo, StringComparison.Ordinal);

        var scores = await api.GetAsync("/questions/before/scores?generation=1");
        Assert.Equal(("1", 77d), (scores.GetProperty("ruleSet").GetString(), Score(scores, "good", "spotPeer")));
        var explained = await api.GetAsync("/questions/before/scores/good/explanation");
        Assert.Contains("rule set 1, and is explained by rule set 2", explained.GetProperty("note").GetString(), StringComparison.Ordinal);
        Assert.Contains("do not sum to spotPeer.", explained.GetProperty("note").GetString(), StringComparison.Ordinal);

        // A row that rests on others is computed as of an instant by what can be computed by, and the answer says so.
        await OutcomeAsync("before,no,2024-07-01T00:00:00Z");
        var then = await api.GetAsync("/questions/after/scores?asOf=2024-06-15T00:00:00Z");
        Assert.Equal(0.04, Score(then, "consensus:skill-weighted", "brier.final"), 9);

        await RescoreAsync(dryRun: false);
        await api.SettledAsync();
        Assert.Equal(CheckState.Sound, (await RuleSetCheckAsync()).State);
        Assert.DoesNotContain(await RescoreAsync(dryRun: true), r => r.Changed);
        var number = (await api.GetAsync("/questions/number/scores/generations"))
            .GetProperty("items")
            .EnumerateArray()
            .Select(g => $"{g.GetProperty("ruleSet")} {g.GetProperty("trigger")}");
        Assert.Equal(["1 resolution", "2 rule-set"], number);
        Assert.Equal(77, Score(await api.GetAsync("/questions/number/scores?generation=1"), "good", "spotPeer"));
        Assert.False((await api.GetAsync("/questions/number/scores/good/explanation")).TryGetProperty("note", out _));
    }

    [Fact]
    public async Task Is_nothing_to_score_by_any_more()
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => RescoreAsync(dryRun: true, "1"));
        Assert.StartsWith("Rule set 1 cannot be scored by any more; what it gave stays readable. Ask for 2.", refused.Message, StringComparison.Ordinal);
    }

    private async Task OutcomeAsync(params string[] rows)
    {
        var import = await api.ImportAsync("outcomes", $"question,outcome,known_at\n{string.Join('\n', rows)}\n");
        Assert.Equal((rows.Length, rows.Length, 0L, 0L), import.Counts());
        await api.SettledAsync();
    }

    private async Task<Check> RuleSetCheckAsync()
    {
        await using var diagnosis = new StoreDiagnosis(
            api.Services.GetRequiredService<IConfiguration>()["ConnectionStrings:Forecasts"]!,
            null,
            TimeProvider.System
        );
        return await diagnosis.ChecksAsync(CancellationToken.None).SingleAsync(c => c.Name == "rule set");
    }

    private async Task<List<RescoredQuestion>> RescoreAsync(bool dryRun, string? ruleSet = null)
    {
        var store = api.Services.GetRequiredService<IDocumentStore>();
        return await new Rescoring(store, TimeProvider.System)
            .RunAsync(new RescoringRequest(null, ruleSet ?? RuleSet.Current.Version, dryRun), CancellationToken.None)
            .ToListAsync();
    }

    private static double Score(JsonElement scores, string forecaster, string key) =>
        scores
            .GetProperty("items")
            .EnumerateArray()
            .Single(r => r.GetProperty("forecaster").GetString() == forecaster)
            .GetProperty("scores")
            .GetProperty(key)
            .GetDouble();
}
