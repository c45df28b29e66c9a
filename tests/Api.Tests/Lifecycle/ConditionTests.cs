using System.Net;
using System.Text.Json;
using static Api.Tests.Lifecycle.Asking;

namespace Api.Tests.Lifecycle;

/// <summary>Questions that depend on the outcome of another.</summary>
public sealed class ConditionTests(RunningApi api) : IClassFixture<RunningApi>
{
    private async Task<HttpClient> AskedAsync(string name, bool openEffect = true)
    {
        var resolver = await api.AsAsync($"resolver-{name}", "resolver");
        await api.OpenQuestionAsync($"cause-{name}");
        var effect = Effect(name);
        if (openEffect)
            await api.OpenQuestionAsync($"effect-{name}", effect);
        else
            await api.Owner.DoAsync("/questions", Draft($"effect-{name}", effect));
        return resolver;
    }

    private static object Effect(string name) => new { condition = new { question = $"cause-{name}", outcome = "yes" } };

    private static Dictionary<string, object?> Draft(string slug, object extra)
    {
        var draft = new Dictionary<string, object?>
        {
            ["slug"] = slug,
            ["title"] = "Will it?",
            ["resolutionCriteria"] = "Yes if it does.",
            ["type"] = "binary",
            ["opensAt"] = DateTimeOffset.UtcNow.AddDays(-1),
            ["closesAt"] = DateTimeOffset.UtcNow.AddDays(1),
            ["resolvesBy"] = DateTimeOffset.UtcNow.AddDays(2),
        };
        foreach (var property in JsonSerializer.SerializeToElement(extra).EnumerateObject())
            draft[property.Name] = property.Value;
        return draft;
    }

    private Task<JsonElement> EffectAsync(string name, string status) => api.EventuallyAsync($"/questions/effect-{name}", q => q.Text("status") == status);

    [Fact]
    public async Task A_corrected_condition_revives_its_dependant_with_the_outcome_that_people_gave_it()
    {
        using var resolver = await AskedAsync("revived");
        await api.Owner.DoAsync("/questions/effect-revived/forecast", new { probability = 0.8 }, HttpMethod.Put);
        await api.Owner.SettleAsync(resolver, "effect-revived", Outcome("yes", "It followed."));
        await api.EventuallyAsync("/questions/effect-revived/scores", s => s.GetProperty("generation").GetInt32() == 1);

        await api.Owner.SettleAsync(resolver, "cause-revived", Outcome("no"));
        var annulled = await EffectAsync("revived", "annulled");
        Assert.Equal("cause-revived", annulled.Text("failedCondition"));
        await api.EventuallyAsync("/questions/effect-revived/scores", s => s.GetProperty("items").GetArrayLength() == 0);

        await api.Owner.SettleAsync(resolver, "cause-revived", Outcome("yes"), "/correct");
        var resolved = await EffectAsync("revived", "resolved");
        Assert.Equal(
            ("yes", "It followed.", "owner", "resolver-revived"),
            (resolved.Text("outcome"), resolved.Text("reason"), resolved.Text("proposedBy"), resolved.Text("confirmedBy"))
        );
        await api.EventuallyAsync("/questions/effect-revived/scores", s => s.GetProperty("items").EnumerateArray().Any(r => r.Text("forecaster") == "owner"));
    }

    [Fact]
    public async Task A_condition_taken_back_opens_its_dependant_again_down_the_chain()
    {
        using var resolver = await AskedAsync("chain");
        await api.OpenQuestionAsync("effect-of-effect", new { condition = new { question = "effect-chain", outcome = "no" } });
        await api.Owner.SettleAsync(resolver, "cause-chain", Outcome("no"));
        await EffectAsync("chain", "annulled");
        await api.EventuallyAsync("/questions/effect-of-effect", q => q.Text("status") == "annulled");

        await api.Owner.SettleAsync(resolver, "cause-chain", new { reason = "A false report." }, "/take-back");

        await EffectAsync("chain", "open");
        await api.EventuallyAsync("/questions/effect-of-effect", q => q.Text("status") == "open");
    }

    [Fact]
    public async Task A_draft_whose_condition_has_failed_is_annulled_once_it_opens()
    {
        using var resolver = await AskedAsync("draft", openEffect: false);
        await api.Owner.SettleAsync(resolver, "cause-draft", Outcome("no"));
        await api.EventuallyAsync("/questions/cause-draft/scores", s => s.GetProperty("generation").GetInt32() == 1);
        Assert.Equal("draft", (await api.GetAsync("/questions/effect-draft")).Text("status"));

        await api.Owner.DoAsync("/questions/effect-draft/open");

        await EffectAsync("draft", "annulled");
    }

    [Fact]
    public async Task A_question_void_for_its_condition_is_not_resolved_by_people()
    {
        using var resolver = await AskedAsync("void");
        await api.Owner.SettleAsync(resolver, "cause-void", Outcome("no"));
        await EffectAsync("void", "annulled");

        foreach (var (call, body) in new (string, object)[] { ("/correct", Outcome("yes")), ("/take-back", new { reason = "Still." }), ("", Outcome("yes")) })
        {
            var (status, problem) = await api.Owner.CommandAsync($"/questions/effect-void/resolution{call}", body);
            Assert.Equal(HttpStatusCode.Conflict, status);
            Assert.Contains("cause-void", problem.Text("detail"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_people_annulled_stays_annulled_when_the_condition_comes_true()
    {
        using var resolver = await AskedAsync("kept");
        await api.Owner.SettleAsync(resolver, "effect-kept", new { reason = "Unreadable." }, "/annul");
        await api.Owner.SettleAsync(resolver, "cause-kept", Outcome("no"));
        await api.Owner.SettleAsync(resolver, "cause-kept", Outcome("yes"), "/correct");
        await api.EventuallyAsync("/questions/cause-kept/scores", s => s.Text("outcome") == "yes");

        var effect = await EffectAsync("kept", "annulled");
        Assert.False(effect.TryGetProperty("failedCondition", out _));
    }

    [Fact]
    public async Task A_condition_that_can_never_come_true_is_refused()
    {
        await api.OpenQuestionAsync("cause-never");
        var (status, _) = await api.Owner.CommandAsync(
            "/questions",
            Draft("effect-never", new { condition = new { question = "cause-never", outcome = "maybe" } })
        );
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }
}
