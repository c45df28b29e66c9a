using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using static Api.Tests.RunningApi;

namespace Api.Tests;

/// <summary>Scores of a question that no worker has scored yet.</summary>
public sealed class BeforeTheFirstScoringTests(BeforeTheFirstScoringTests.WithoutWorker api) : IClassFixture<BeforeTheFirstScoringTests.WithoutWorker>
{
    [Theory]
    [InlineData("draft", "draft", "is a draft")]
    [InlineData("open", "open", "is open until")]
    [InlineData("closed", "awaitingOutcome", "is closed and has no outcome")]
    [InlineData("proposed", "proposed", "'yes' that owner proposed waits for another person")]
    [InlineData("resolved", "awaitingScoring", "waits to be scored")]
    public async Task A_question_without_a_generation_has_no_scores_and_says_why(string slug, string status, string reason)
    {
        foreach (var url in new[] { $"/questions/{slug}/scores", $"/questions/{slug}/scores?generation=0" })
        {
            using var response = await api.Owner.GetAsync(new Uri(url, UriKind.Relative));
            var scores = await Json(response, HttpStatusCode.OK);
            Assert.Equal(
                (slug, 0, status),
                (scores.GetProperty("question").GetString(), scores.GetProperty("generation").GetInt32(), scores.GetProperty("status").GetString())
            );
            Assert.Contains(reason, scores.GetProperty("reason").GetString(), StringComparison.Ordinal);
            Assert.Equal(0, scores.GetProperty("items").GetArrayLength());
            Assert.NotNull(response.Headers.ETag);
        }

        var explanation = await api.GetAsync($"/questions/{slug}/scores/owner/explanation");
        Assert.Equal((0, status), (explanation.GetProperty("generation").GetInt32(), explanation.GetProperty("status").GetString()));
        Assert.Empty(explanation.GetProperty("scores").EnumerateObject());
        Assert.Equal(0, (await api.GetAsync($"/questions/{slug}/scores/generations")).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("/questions/open/scores?generation=1", "it has not been scored")]
    [InlineData("/questions/nothing/scores", "There is no question 'nothing'")]
    [InlineData("/questions/open/scores/nobody/explanation", "There is no forecaster 'nobody'")]
    [InlineData("/analysts/nobody/scores", "There is no forecaster 'nobody'")]
    public async Task What_is_not_there_is_not_found(string url, string detail)
    {
        using var response = await api.Owner.GetAsync(new Uri(url, UriKind.Relative));
        Assert.Contains(detail, (await Json(response, HttpStatusCode.NotFound)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/analysts/newcomer/scores")]
    [InlineData("/leaderboard")]
    public async Task Lists_of_scores_are_empty_before_there_are_any(string url) =>
        Assert.Equal(0, (await api.GetAsync(url)).GetProperty("items").GetArrayLength());

    [Theory]
    [InlineData("/calibration")]
    [InlineData("/analysts/newcomer/calibration")]
    [InlineData("/analysts/newcomer/updating")]
    [InlineData("/analysts/newcomer/compare/owner")]
    public async Task What_is_said_across_questions_counts_none_before_there_are_scores(string url) =>
        Assert.Equal(0, (await api.GetAsync(url)).GetProperty("questions").GetInt32());

    /// <summary>A service of which nothing scores anything, with a question in every state.</summary>
    public sealed class WithoutWorker : RunningApi
    {
        protected override IReadOnlyList<string> Settings => ["--Worker:InProcess", "false", "--Catalogue:Load", "false"];

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await AsAsync("newcomer", "analyst");
            using var second = await AsAsync("second", "resolver");
            foreach (var slug in new[] { "open", "closed", "proposed", "resolved", "later" })
            {
                await OpenQuestionAsync(slug);
                using var forecast = await Owner.PutAsync(new Uri($"/questions/{slug}/forecast", UriKind.Relative), Body("""{"probability":0.7}"""));
                await Json(forecast, HttpStatusCode.Created);
            }

            using var drafted = await Owner.PostAsJsonAsync(
                "/questions",
                new
                {
                    slug = "draft",
                    title = "Will it?",
                    resolutionCriteria = "Yes if it does.",
                    type = "binary",
                    opensAt = DateTimeOffset.UtcNow,
                    closesAt = DateTimeOffset.UtcNow.AddDays(1),
                    resolvesBy = DateTimeOffset.UtcNow.AddDays(2),
                }
            );
            await Json(drafted, HttpStatusCode.Created);
            using var closed = await Owner.PostAsync(new Uri("/questions/closed/close", UriKind.Relative), null);
            await Json(closed, HttpStatusCode.OK);
            foreach (var slug in new[] { "proposed", "resolved", "later" })
            {
                using var proposed = await Owner.PostAsJsonAsync(
                    $"/questions/{slug}/resolution",
                    new
                    {
                        outcome = "yes",
                        knownAt = DateTimeOffset.UtcNow,
                        reason = "Seen.",
                        evidence = new[] { "a gauge" },
                    }
                );
                await Json(proposed, HttpStatusCode.OK);
                if (slug == "proposed")
                    continue;
                using var confirmed = await RunningApi.ConfirmAsync(second, slug);
                await Json(confirmed, HttpStatusCode.OK);
            }
        }
    }
}

/// <summary>The same question when the first worker comes.</summary>
public sealed class TheFirstScoringTests(BeforeTheFirstScoringTests.WithoutWorker api) : IClassFixture<BeforeTheFirstScoringTests.WithoutWorker>
{
    [Fact]
    public async Task The_same_question_is_scored_once_a_worker_comes_and_generation_0_stays_readable()
    {
        using var before = await api.Owner.GetAsync(new Uri("/questions/later/scores", UriKind.Relative));
        Assert.Equal("awaitingScoring", (await Json(before, HttpStatusCode.OK)).GetProperty("status").GetString());
        var unscored = DateTimeOffset.UtcNow;
        await using var worker = await api.AnotherNodeAsync(worker: true);
        var scored = await api.EventuallyAsync("/questions/later/scores", s => s.GetProperty("generation").GetInt32() > 0);
        Assert.Equal("scored", scored.GetProperty("status").GetString());
        Assert.False(scored.TryGetProperty("reason", out _));
        Assert.Equal("superseded", (await api.GetAsync("/questions/later/scores?generation=0")).GetProperty("status").GetString());
        var then = await api.GetAsync($"/questions/later/scores?knownAt={unscored:yyyy-MM-ddTHH:mm:ss.ffffffZ}");
        Assert.Equal((0, "superseded"), (then.GetProperty("generation").GetInt32(), then.GetProperty("status").GetString()));
        Assert.Contains("had not been scored by then; generation 1 scored it at", then.GetProperty("reason").GetString(), StringComparison.Ordinal);
        // The other question that waited may have been scored after it, and then this one again.
        using var missing = await api.Owner.GetAsync(new Uri("/questions/later/scores?generation=9", UriKind.Relative));
        Assert.Contains("the latest is ", (await Json(missing, HttpStatusCode.NotFound)).GetProperty("detail").GetString(), StringComparison.Ordinal);

        // What was asked for without scores is asked for again with its tag, and has changed.
        using var again = new HttpRequestMessage(HttpMethod.Get, "/questions/later/scores") { Headers = { IfNoneMatch = { before.Headers.ETag! } } };
        using var changed = await api.Owner.SendAsync(again);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
    }
}
