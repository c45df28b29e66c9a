using System.Net;
using System.Text.Json;
using Api.Tests.Importing;
using static Api.Tests.Lifecycle.Asking;

namespace Api.Tests.Lifecycle;

/// <summary>What happens when many people give commands at the same instant: one effect, and a clear refusal to everybody else.</summary>
public sealed class RaceTests(RunningApi api) : IClassFixture<RunningApi>
{
    private async Task<HttpClient[]> PeopleAsync(string prefix, int count, params string[] roles) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => api.AsAsync($"{prefix}-{i}", roles)));

    /// <summary>Lets everybody go at once and says what each was answered.</summary>
    private static async Task<(HttpStatusCode Status, JsonElement Answer)[]> AtOnceAsync(
        IReadOnlyList<HttpClient> people,
        Func<HttpClient, int, Task<(HttpStatusCode, JsonElement)>> command
    )
    {
        using var gate = new SemaphoreSlim(0);
        var running = people
            .Select(
                async (person, i) =>
                {
                    await gate.WaitAsync();
                    return await command(person, i);
                }
            )
            .ToArray();
        gate.Release(people.Count);
        return await Task.WhenAll(running);
    }

    private async Task<string[]> TypesAsync(string slug) =>
        [.. (await api.GetAsync($"/questions/{slug}/resolution")).GetProperty("steps").EnumerateArray().Select(s => s.Text("type"))];

    private static void RefusedClearly(IEnumerable<(HttpStatusCode Status, JsonElement Answer)> answers) =>
        Assert.All(
            answers,
            a =>
            {
                Assert.Contains(a.Status, new[] { HttpStatusCode.Conflict, HttpStatusCode.PreconditionFailed });
                Assert.NotEqual("", a.Answer.Text("detail"));
            }
        );

    [Theory]
    [InlineData("confirmed-fifty-times", false)]
    [InlineData("confirmed-fifty-times-by-version", true)]
    public async Task Fifty_simultaneous_confirmations_resolve_a_question_once(string slug, bool byVersion)
    {
        var people = await PeopleAsync(slug, 50, "resolver");
        await api.OpenQuestionAsync(slug);
        var proposed = await api.Owner.DoAsync($"/questions/{slug}/resolution", Outcome("yes"));
        var version = byVersion ? $"\"{proposed.GetProperty("version").GetInt64()}\"" : "*";

        var answers = await AtOnceAsync(people, (p, _) => p.CommandAsync($"/questions/{slug}/resolution/confirm", ifMatch: version));

        var accepted = Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.Equal("resolved", accepted.Answer.Text("status"));
        RefusedClearly(answers.Where(a => a.Status != HttpStatusCode.OK));
        Assert.Equal(["ResolutionProposed", "QuestionResolved"], await TypesAsync(slug));
    }

    [Fact]
    public async Task A_proposer_who_confirms_together_with_others_is_never_the_one()
    {
        var others = await PeopleAsync("other", 3, "resolver");
        for (var round = 0; round < 10; round++)
        {
            var slug = $"own-{round}";
            await api.OpenQuestionAsync(slug);
            await api.Owner.DoAsync($"/questions/{slug}/resolution", Outcome("yes"));

            var answers = await AtOnceAsync(
                [api.Owner, api.Owner, .. others, api.Owner],
                (p, _) => p.CommandAsync($"/questions/{slug}/resolution/confirm", ifMatch: "*")
            );

            foreach (var own in new[] { answers[0], answers[1], answers[^1] })
                Assert.Contains(own.Status, new[] { HttpStatusCode.Forbidden, HttpStatusCode.Conflict });
            var resolved = await api.GetAsync($"/questions/{slug}");
            Assert.Equal(("resolved", "owner"), (resolved.Text("status"), resolved.Text("proposedBy")));
            Assert.StartsWith("other-", resolved.Text("confirmedBy"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Of_a_confirmation_and_a_rejection_one_holds_and_a_dispute_needs_an_outcome()
    {
        var people = await PeopleAsync("judge", 9, "resolver");
        for (var round = 0; round < 10; round++)
        {
            var slug = $"judged-{round}";
            await api.OpenQuestionAsync(slug);
            await api.Owner.DoAsync($"/questions/{slug}/resolution", Outcome("yes"));

            var answers = await AtOnceAsync(
                people,
                (p, i) =>
                    (i % 3) switch
                    {
                        0 => p.CommandAsync($"/questions/{slug}/resolution/confirm", ifMatch: "*"),
                        1 => p.CommandAsync($"/questions/{slug}/resolution/reject", new { reason = "No." }, ifMatch: "*"),
                        _ => p.CommandAsync($"/questions/{slug}/resolution/dispute", new { reason = "No." }, ifMatch: "*"),
                    }
            );

            var accepted = answers.Count(a => a.Status == HttpStatusCode.OK);
            RefusedClearly(answers.Where(a => a.Status != HttpStatusCode.OK));
            var types = await TypesAsync(slug);
            Assert.Equal(1 + accepted, types.Length);
            Assert.Contains(
                string.Join(' ', types),
                new[]
                {
                    "ResolutionProposed ResolutionRejected",
                    "ResolutionProposed QuestionResolved",
                    "ResolutionProposed QuestionResolved ResolutionDisputed",
                }
            );
        }
    }

    [Fact]
    public async Task Of_many_proposals_one_waits()
    {
        var people = await PeopleAsync("proposer", 20, "resolver");
        await api.OpenQuestionAsync("proposed-often");

        var answers = await AtOnceAsync(people, (p, i) => p.CommandAsync("/questions/proposed-often/resolution", Outcome(i % 2 == 0 ? "yes" : "no")));

        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        RefusedClearly(answers.Where(a => a.Status != HttpStatusCode.OK));
        Assert.Equal(["ResolutionProposed"], await TypesAsync("proposed-often"));
    }

    [Fact]
    public async Task Of_many_drafts_and_openings_of_one_question_one_holds()
    {
        var many = Enumerable.Repeat(api.Owner, 20).ToList();
        object draft = new
        {
            slug = "drafted-often",
            title = "Will it?",
            resolutionCriteria = "Yes if it does.",
            type = "binary",
            opensAt = DateTimeOffset.UtcNow.AddDays(-1),
            closesAt = DateTimeOffset.UtcNow.AddDays(1),
            resolvesBy = DateTimeOffset.UtcNow.AddDays(2),
        };
        var drafted = await AtOnceAsync(many, (p, _) => p.CommandAsync("/questions", draft));
        Assert.Single(drafted, a => a.Status == HttpStatusCode.Created);
        RefusedClearly(drafted.Where(a => a.Status != HttpStatusCode.Created));

        var opened = await AtOnceAsync(many, (p, _) => p.CommandAsync("/questions/drafted-often/open"));
        Assert.Single(opened, a => a.Status == HttpStatusCode.OK);
        RefusedClearly(opened.Where(a => a.Status != HttpStatusCode.OK));
        Assert.Equal((1, 1), (await api.CountAsync("drafted-often", "QuestionDrafted"), await api.CountAsync("drafted-often", "QuestionOpened")));
    }

    [Fact]
    public async Task What_a_question_depends_on_stays_whoever_else_changes_it_at_the_same_instant()
    {
        object On(string slug, string outcome = "yes") => new { question = slug, outcome };
        for (var round = 0; round < 6; round++)
        {
            string Slug(string name) => $"{name}-{round}";
            foreach (var draft in new[] { "dropped", "filed-on", "ring-a", "ring-b" })
                await api.DraftQuestionAsync(Slug(draft));
            await api.DraftQuestionAsync(
                Slug("renamed"),
                new()
                {
                    ["type"] = JsonSerializer.SerializeToElement("multipleChoice"),
                    ["options"] = JsonSerializer.SerializeToElement(new[] { "soon", "late" }),
                }
            );
            Task<bool> Ask(string slug, object on) => IsDoneAsync("/questions", Draft(slug, on), HttpMethod.Post);
            Task<bool> Edit(string slug, object body) => IsDoneAsync($"/questions/{slug}", body, HttpMethod.Patch);
            Task<bool> Drop(string slug) => IsDoneAsync($"/questions/{slug}", null, HttpMethod.Delete);
            async Task<bool> Import(string slug, string on) =>
                (await api.ImportAsync("questions", $"{Columns}{slug},Will it?,binary,2024-01-01,2024-02-01,{on},yes\n")).Counts().Accepted == 1;

            await OneOfTwoAsync([Slug("dropped")], () => Drop(Slug("dropped")), () => Ask(Slug("on-dropped"), On(Slug("dropped"))));
            await OneOfTwoAsync(
                [Slug("renamed")],
                () => Edit(Slug("renamed"), new { options = new[] { "soon", "never" } }),
                () => Ask(Slug("on-renamed"), On(Slug("renamed"), "late"))
            );
            await OneOfTwoAsync([Slug("filed-on")], () => Drop(Slug("filed-on")), () => Import(Slug("filed"), Slug("filed-on")));
            await OneOfTwoAsync(
                [Slug("ring-a"), Slug("ring-b")],
                () => Edit(Slug("ring-a"), new { condition = On(Slug("ring-b")) }),
                () => Edit(Slug("ring-b"), new { condition = On(Slug("ring-a")) })
            );
        }

        // Both are held up where they record, so that each has looked at what the other is about to change, if it does not wait before it looks.
        async Task OneOfTwoAsync(string[] held, Func<Task<bool>> one, Func<Task<bool>> other)
        {
            Task<bool>[] both;
            await using (await api.HoldAsync($"select id from forecasts.mt_streams where id in ('question/{string.Join("', 'question/", held)}') for update"))
            {
                both = [one(), other()];
                await Samples.Patience.UntilAsync(async () =>
                    await api.ScalarAsync<long>(
                        "select count(distinct l.pid) from pg_locks l join pg_stat_activity a using (pid) "
                            + "where not l.granted and a.datname = current_database()"
                    ) + both.Count(b => b.IsCompleted)
                    >= both.Length
                );
            }

            Assert.Single(await Task.WhenAll(both), done => done);
        }
    }

    [Fact]
    public async Task Conditions_that_many_give_at_once_never_lead_back()
    {
        for (var round = 0; round < 6; round++)
        {
            string Slug(int i) => $"circle-{round}-{i}";
            for (var i = 0; i < 4; i++)
                await api.DraftQuestionAsync(Slug(i));

            var answers = await AtOnceAsync(
                [.. Enumerable.Repeat(api.Owner, 12)],
                (p, i) =>
                    p.CommandAsync(
                        $"/questions/{Slug(i % 4)}",
                        new { condition = new { question = Slug((i + 1 + (i / 4)) % 4), outcome = "yes" } },
                        HttpMethod.Patch
                    )
            );

            Assert.All(answers, a => Assert.True((int)a.Status is 200 or 400 or 409 or 412, $"{a.Status}: {a.Answer}"));
            for (var i = 0; i < 4; i++)
            {
                var links = 0;
                for (var on = Slug(i); on is not null && links <= 4; links++)
                    on = (await api.GetAsync($"/questions/{on}")).TryGetProperty("condition", out var c) ? c.Text("question") : null;
                Assert.InRange(links, 1, 4);
            }
        }
    }

    private const string Columns = "question,title,type,opens_at,closes_at,condition_question,condition_outcome\n";

    private static object Draft(string slug, object condition) =>
        new
        {
            slug,
            title = "Will it?",
            resolutionCriteria = "Yes if it does.",
            type = "binary",
            opensAt = DateTimeOffset.UtcNow.AddDays(-1),
            closesAt = DateTimeOffset.UtcNow.AddDays(1),
            resolvesBy = DateTimeOffset.UtcNow.AddDays(2),
            condition,
        };

    private async Task<bool> IsDoneAsync(string url, object? body, HttpMethod method)
    {
        var (status, answer) = await api.Owner.CommandAsync(url, body, method);
        Assert.True((int)status is >= 200 and < 300 or 400 or 409 or 412, $"{url}: {(int)status} {answer}");
        return (int)status < 300;
    }

    [Fact]
    public async Task Forecasts_that_race_a_close_are_recorded_or_refused_and_none_is_taken_after_it()
    {
        var people = await PeopleAsync("late", 30, "analyst");
        await api.OpenQuestionAsync("closing");
        Task<(HttpStatusCode, JsonElement)> Forecast(HttpClient p) => p.CommandAsync("/questions/closing/forecast", new { probability = 0.5 }, HttpMethod.Put);

        var answers = await AtOnceAsync(people, (p, i) => i == 10 ? api.Owner.CommandAsync("/questions/closing/close") : Forecast(p));

        Assert.Equal(HttpStatusCode.OK, answers[10].Status);
        var accepted = answers.Count(a => a.Status == HttpStatusCode.Created);
        RefusedClearly(answers.Where((a, i) => i != 10 && a.Status != HttpStatusCode.Created));
        Assert.Equal((1, accepted), (await api.CountAsync("closing", "QuestionClosed"), await api.CountAsync("closing", "ForecastSubmitted")));
        var after = await Task.WhenAll(people.Select(Forecast));
        Assert.All(after, a => Assert.Equal(HttpStatusCode.Conflict, a.Item1));
        Assert.Equal(accepted, await api.CountAsync("closing", "ForecastSubmitted"));
    }
}
