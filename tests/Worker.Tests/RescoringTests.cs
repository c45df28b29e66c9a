using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Generations;
using Marten;
using PostgresServer;
using Samples;
using Store.Appending;
using Worker.Rescoring;
using Worker.ScoringQuestions;

namespace Worker.Tests;

/// <summary>Rescoring by hand, dry runs included.</summary>
public sealed class RescoringTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Opening = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private TestStore _test = null!;

    public async ValueTask InitializeAsync() => _test = await TestStore.CreateAsync();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Fact]
    public async Task What_nothing_has_changed_gets_no_new_generation()
    {
        await ScoredAsync("a", "b", "c");

        var rescored = await RunAsync(new RescoringRequest(null, RuleSet.Current.Version, DryRun: false));

        Assert.Equal(["a", "b", "c"], rescored.Select(r => r.Question.Value));
        Assert.All(rescored, r => Assert.Empty(r.Changes));
        Assert.Equal(3, await GenerationsAsync());
    }

    [Fact]
    public async Task A_dry_run_tells_what_would_change_and_appends_nothing()
    {
        await ScoredAsync("a", "b");
        await ForecastLateAsync("b");

        var rescored = await RunAsync(new RescoringRequest(null, RuleSet.Current.Version, DryRun: true));

        var changed = Assert.Single(rescored, r => r.Changed);
        Assert.DoesNotContain(rescored, r => r.Appended);
        Assert.Equal("b", changed.Question.Value);
        var brier = Assert.Single(changed.Changes, c => c is { Forecaster.Value: "late", Score: "brier.final" });
        Assert.Null(brier.Before);
        Assert.Equal(0.16, brier.After!.Value, 12);
        Assert.Equal(2, await GenerationsAsync());
    }

    [Fact]
    public async Task A_run_appends_a_generation_that_says_why_and_keeps_the_one_before()
    {
        await ScoredAsync("a");
        await ForecastLateAsync("a");

        await RunAsync(new RescoringRequest("a", RuleSet.Current.Version, DryRun: false));

        await using var session = _test.Store.QuerySession();
        var generations = (await session.Events.FetchStreamAsync(StreamKeys.Scoring("a"))).Select(e => (QuestionScored)e.Data).ToList();
        Assert.Equal([1, 2], generations.Select(g => g.Generation));
        Assert.Equal(GenerationTrigger.Rescoring, generations[1].Trigger);
        Assert.DoesNotContain(generations[0].Rows, r => r.Forecaster == "late");
        Assert.Contains(generations[1].Rows, r => r.Forecaster == "late");
    }

    [Fact]
    public async Task An_interrupted_run_goes_on_where_it_was()
    {
        var slugs = Enumerable.Range(0, 120).Select(i => $"q{i:D3}").ToArray();
        await ScoredAsync(slugs);
        foreach (var slug in slugs)
            await ForecastLateAsync(slug);
        using var interruption = new CancellationTokenSource();
        var request = new RescoringRequest(null, RuleSet.Current.Version, DryRun: false);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var rescored in new Rescoring.Rescoring(_test.Store, TimeProvider.System).RunAsync(request, interruption.Token))
            {
                if (rescored.Done == 60)
                    await interruption.CancelAsync();
            }
        });
        var before = await GenerationsAsync();

        var rest = await RunAsync(request);

        Assert.Equal(slugs.Length + 100, before);
        Assert.Equal(slugs[100..], rest.Select(r => r.Question.Value));
        Assert.Equal((101, 120), (rest[0].Done, rest[0].Of));
        Assert.Equal(2 * slugs.Length, await GenerationsAsync());
        Assert.Empty(await RunAsync(request with { Question = "none" }));
    }

    [Fact]
    public async Task A_rule_set_that_there_is_not_is_refused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(new RescoringRequest(null, "0", DryRun: true)));

    private async Task<List<RescoredQuestion>> RunAsync(RescoringRequest request)
    {
        var rescored = new List<RescoredQuestion>();
        await foreach (var question in new Rescoring.Rescoring(_test.Store, TimeProvider.System).RunAsync(request, CancellationToken.None))
            rescored.Add(question);
        return rescored;
    }

    private async Task ScoredAsync(params string[] slugs)
    {
        foreach (var slug in slugs)
        {
            await using var session = _test.Store.LightweightSession();
            session.Start<Question>(
                StreamKeys.Question(slug),
                [Drafts.Binary(slug, Opening), new QuestionOpened(Opening), new QuestionResolved("yes", Opening.AddDays(10), "r", [], "a", "b")],
                Opening
            );
            Forecast(session, slug, "ana", 0.8);
            await session.SaveChangesAsync();
            await ScoreQuestionHandler.Handle(
                new ScoreQuestion(StreamKeys.Question(slug), GenerationTrigger.Resolution, 1, Opening, null),
                session,
                TimeProvider.System,
                CancellationToken.None
            );
            await session.SaveChangesAsync();
        }
    }

    private async Task ForecastLateAsync(string slug)
    {
        await using var session = _test.Store.LightweightSession();
        Forecast(session, slug, "late", 0.6);
        await session.SaveChangesAsync();
    }

    private static void Forecast(IDocumentSession session, string slug, string who, double p) =>
        session.Start<Forecast>(
            StreamKeys.Forecast(new QuestionSlug(slug), new ForecasterName(who)),
            [new ForecastSubmitted(new(slug), new(who), ForecasterKind.Person, Opening, new Statement(Probability: p), null, [], null, Imported: true)],
            Opening
        );

    private Task<long> GenerationsAsync() => _test.Database.ScalarAsync<long>("select count(*) from forecasts.mt_events where type = 'question_scored'");
}
