using System.Net;
using System.Net.Http.Json;
using static Api.Tests.Lifecycle.Asking;

namespace Api.Tests.Lifecycle;

/// <summary>The two-person resolution: proposal, confirmation, rejection, dispute, correction.</summary>
public sealed class ResolutionTests(RunningApi api) : IClassFixture<RunningApi>
{
    [Fact]
    public async Task An_outcome_wants_a_reason_and_evidence()
    {
        await api.OpenQuestionAsync("bare");
        foreach (
            var body in new object[]
            {
                new
                {
                    outcome = "yes",
                    knownAt = DateTimeOffset.UtcNow,
                    reason = "Seen.",
                },
                new
                {
                    outcome = "yes",
                    knownAt = DateTimeOffset.UtcNow,
                    reason = "Seen.",
                    evidence = Array.Empty<string>(),
                },
                new
                {
                    outcome = "yes",
                    knownAt = DateTimeOffset.UtcNow,
                    reason = "",
                    evidence = new[] { "a gauge" },
                },
                new
                {
                    outcome = "yes",
                    knownAt = DateTimeOffset.UtcNow.AddMinutes(1),
                    reason = "Seen.",
                    evidence = new[] { "a gauge" },
                },
                new
                {
                    outcome = "maybe",
                    knownAt = DateTimeOffset.UtcNow,
                    reason = "Seen.",
                    evidence = new[] { "a gauge" },
                },
                new
                {
                    outcome = "unresolved",
                    knownAt = DateTimeOffset.UtcNow,
                    reason = "Seen.",
                    evidence = new[] { "a gauge" },
                },
            }
        )
        {
            var (status, problem) = await api.Owner.CommandAsync("/questions/bare/resolution", body);
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.True(problem.TryGetProperty("errors", out _));
        }

        var (_, missing) = await api.Owner.CommandAsync("/questions/bare/resolution", new { outcome = "yes", reason = "Seen." });
        Assert.Equal(["evidence", "knownAt"], missing.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal));
        Assert.Equal(0, await api.CountAsync("bare", "ResolutionProposed"));
    }

    [Fact]
    public async Task What_is_sent_to_a_command_that_takes_nothing_is_refused()
    {
        await api.OpenQuestionAsync("nothing-more");
        var (status, problem) = await api.Owner.CommandAsync("/questions/nothing-more/close", new { closesAt = DateTimeOffset.UtcNow.AddDays(1) });
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(problem.GetProperty("errors").TryGetProperty("body", out _));
        Assert.Equal("open", (await api.GetAsync("/questions/nothing-more")).Text("status"));
        await api.Owner.DoAsync("/questions/nothing-more/close", new { });
    }

    [Fact]
    public async Task Nobody_confirms_their_own_proposal_by_another_token_whatever_is_proposed()
    {
        using var first = await api.AsAsync("twice", "resolver");
        var issued = await api.Owner.DoAsync("/analysts/twice/tokens", new { });
        using var second = api.Client(issued.Text("token"));
        using var other = await api.AsAsync("another", "resolver");
        await api.OpenQuestionAsync("two-tokens");

        foreach (
            var (call, body) in new (string, object)[]
            {
                ("", Outcome("yes")),
                ("/correct", Outcome("no")),
                ("/annul", new { reason = "Void." }),
                ("/take-back", new { reason = "Not yet." }),
            }
        )
        {
            await first.DoAsync($"/questions/two-tokens/resolution{call}", body);
            foreach (var token in new[] { first, second })
            {
                Assert.Equal(HttpStatusCode.Forbidden, (await token.CommandAsync("/questions/two-tokens/resolution/confirm", ifMatch: "*")).Status);
                Assert.Equal(
                    HttpStatusCode.Forbidden,
                    (await token.CommandAsync("/questions/two-tokens/resolution/reject", new { reason = "No." }, ifMatch: "*")).Status
                );
            }

            await other.ConfirmAsync("two-tokens");
        }

        Assert.Equal("open", (await api.GetAsync("/questions/two-tokens")).Text("status"));
    }

    [Fact]
    public async Task An_annulment_empties_the_scores_and_keeps_every_generation()
    {
        var question = await WithScoredQuestionAsync();

        await api.Owner.SettleAsync(question.Resolver, question.Slug, new { reason = "The criteria cannot be read." }, "/annul");

        var empty = await api.EventuallyAsync($"{question.Url}/scores", s => s.GetProperty("generation").GetInt32() == 2);
        Assert.Equal(("annulment", "annulled", 0), (empty.Text("trigger"), empty.Text("outcome"), empty.GetProperty("items").GetArrayLength()));
        Assert.NotEqual(0, (await api.GetAsync($"{question.Url}/scores?generation=1")).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("/take-back")]
    [InlineData("/correct")]
    public async Task An_outcome_taken_back_empties_the_scores_and_the_question_goes_on(string call)
    {
        var scored = await WithScoredQuestionAsync();
        var (slug, resolver) = (scored.Slug, scored.Resolver);

        await api.Owner.SettleAsync(resolver, slug, call == "/correct" ? Outcome("unresolved", "A false report.") : new { reason = "A false report." }, call);

        var empty = await api.EventuallyAsync($"/questions/{slug}/scores", s => s.GetProperty("generation").GetInt32() == 2);
        Assert.Equal(("taken-back", "unresolved", 0), (empty.Text("trigger"), empty.Text("outcome"), empty.GetProperty("items").GetArrayLength()));
        Assert.NotEqual(0, (await api.GetAsync($"/questions/{slug}/scores?generation=1")).GetProperty("items").GetArrayLength());
        var question = await api.GetAsync($"/questions/{slug}");
        Assert.Equal("open", question.Text("status"));
        Assert.False(question.TryGetProperty("outcome", out _));

        await api.Owner.DoAsync($"/questions/{slug}/forecast", new { probability = 0.3 }, HttpMethod.Put);
        await api.Owner.SettleAsync(resolver, slug, Outcome("no"));
        var again = await api.EventuallyAsync($"/questions/{slug}/scores", s => s.GetProperty("generation").GetInt32() == 3);
        var row = again.GetProperty("items").EnumerateArray().Single(r => r.Text("forecaster") == "owner");
        Assert.Equal(0.09, row.GetProperty("scores").GetProperty("brier.final").GetDouble(), 12);
    }

    [Fact]
    public async Task Who_proposed_rejected_confirmed_and_disputed_what_and_why_stays_readable()
    {
        using var ana = await api.AsAsync("history-ana", "resolver");
        using var ben = await api.AsAsync("history-ben", "resolver");
        await api.OpenQuestionAsync("told");
        await ana.DoAsync("/questions/told/resolution", Outcome("yes", "Heard it."));
        await ben.CommandAsync("/questions/told/resolution/reject", new { reason = "Hearsay." }, ifMatch: "*");
        await ana.SettleAsync(ben, "told", Outcome("yes", "Read it."));
        var resolution = (await api.GetAsync("/questions/told")).GetProperty("resolutionId").GetGuid();
        await api.Owner.DoAsync("/questions/told/resolution/dispute", new { reason = "Misread.", resolution });
        Assert.True((await api.GetAsync("/questions/told/resolution")).GetProperty("disputed").GetBoolean());
        await ben.SettleAsync(ana, "told", Outcome("no", "Read it again."), "/correct");
        await ana.SettleAsync(ben, "told", new { reason = "Neither." }, "/annul");
        await ben.SettleAsync(ana, "told", new { reason = "Not yet.", evidence = new[] { "a letter" } }, "/take-back");

        var history = await api.GetAsync("/questions/told/resolution");
        Assert.False(history.GetProperty("disputed").GetBoolean());
        var steps = history.GetProperty("steps").EnumerateArray().ToList();
        Assert.Equal(
            [
                "ResolutionProposed history-ana Heard it.",
                "ResolutionRejected history-ben Hearsay.",
                "ResolutionProposed history-ana Read it.",
                "QuestionResolved history-ben Read it.",
                "ResolutionDisputed owner Misread.",
                "ResolutionProposed history-ben Read it again.",
                "ResolutionCorrected history-ana Read it again.",
                "ResolutionProposed history-ana Neither.",
                "QuestionAnnulled history-ben Neither.",
                "ResolutionProposed history-ben Not yet.",
                "ResolutionTakenBack history-ana Not yet.",
            ],
            steps.Select(s => $"{s.Text("type")} {s.Text("actor")} {s.Text("reason")}")
        );
        Assert.Equal("a gauge", steps[6].GetProperty("evidence")[0].GetString());
        Assert.Equal(("history-ben", "history-ana"), (steps[10].Text("proposedBy"), steps[10].Text("confirmedBy")));
    }

    private async Task<QuestionInState> WithScoredQuestionAsync()
    {
        var question = await api.WithForecastAsync(0.8);
        await api.Owner.SettleAsync(question.Resolver, question.Slug, Outcome("yes"));
        await api.EventuallyAsync($"{question.Url}/scores", s => s.GetProperty("generation").GetInt32() == 1);
        return question;
    }
}
