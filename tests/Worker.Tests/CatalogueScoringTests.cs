using Domain.Catalogue;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Generations;
using JasperFx.Events.Daemon;
using Marten;
using Microsoft.Extensions.Logging.Abstractions;
using PostgresServer;
using Store.Importing;
using Store.Scoring;
using Store.Views;
using Worker.Rescoring;
using Worker.ScoringQuestions;

namespace Worker.Tests;

/// <summary>The built-in catalogue is scored by a worker.</summary>
public sealed class CatalogueScoringTests : IAsyncLifetime
{
    private static readonly int Questions = BriefCatalogue.Questions.Count;

    private TestStore _test = null!;

    public async ValueTask InitializeAsync() => _test = await TestStore.CreateAsync();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Fact]
    public async Task Before_the_catalogue_is_loaded_there_is_nothing_to_score()
    {
        Assert.Equal(0, await CompleteAsync());
        Assert.Equal(0, await GenerationsAsync());
    }

    [Fact]
    public async Task Every_question_gets_a_generation_that_nothing_changes_and_a_worker_appends_no_second()
    {
        await LoadAsync();
        Assert.Equal(Questions, await CompleteAsync());
        foreach (var (slug, generation) in await ScoredAsync())
        {
            Assert.Equal((1, BriefCatalogue.Questions.Single(q => q.Slug == slug).Outcome.Outcome), (generation.Generation, generation.Outcome));
            Assert.Equal(generation.Outcome == OutcomeText.Annulled ? GenerationTrigger.Annulment : GenerationTrigger.Resolution, generation.Trigger);
        }

        // The reactions replay the same events from the store.
        foreach (var outcome in await OutcomesAsync())
            await ReactAsync(outcome);
        Assert.Equal(0, await CompleteAsync());
        Assert.Equal(Questions, await GenerationsAsync());

        var again = new List<RescoredQuestion>();
        await foreach (
            var rescored in new Rescoring.Rescoring(_test.Store, TimeProvider.System).RunAsync(
                new RescoringRequest(null, RuleSet.Current.Version, DryRun: true),
                TestContext.Current.CancellationToken
            )
        )
            again.Add(rescored);
        Assert.Equal(Questions, again.Count);
        Assert.DoesNotContain(again, r => r.Appended);
    }

    [Fact]
    public async Task A_load_that_was_cut_off_before_or_amid_its_scoring_is_completed()
    {
        await LoadAsync();
        foreach (var outcome in (await OutcomesAsync()).Take(Questions / 3))
            await ReactAsync(outcome);

        Assert.Equal(Questions - (Questions / 3), await CompleteAsync());
        Assert.Equal(Questions, (await ScoredAsync()).Values.Count(g => g is not null));
        Assert.Equal(0, await CompleteAsync());
    }

    [Fact]
    public async Task Nodes_that_start_at_the_same_moment_load_and_score_it_once()
    {
        var loaded = await Task.WhenAll(LoadAsync(), LoadAsync(), LoadAsync());
        Assert.Single(loaded, l => l);
        await Task.WhenAll(CompleteAsync(), CompleteAsync(), CompleteAsync());
        Assert.Equal(Questions, await GenerationsAsync());
    }

    [Fact]
    public async Task The_boards_are_made_at_once_and_a_daemon_goes_on_from_there()
    {
        await LoadAsync();
        await CompleteAsync();
        Assert.False(await IsShownAsync());
        await new UnbegunViews(_test.Source).MakeAsync(TestContext.Current.CancellationToken);
        Assert.True(await IsShownAsync());
        var rows = await _test.Database.ScalarAsync<long>("select count(*) from forecasts.view_score_rows");
        Assert.Equal((await ScoredAsync()).Values.Sum(g => g.Rows.Count), rows);

        var daemon = await _test.DaemonAsync();
        await daemon.StartAllAsync();
        await daemon.WaitForNonStaleData(TimeSpan.FromMinutes(2));
        Assert.Equal(rows, await _test.Database.ScalarAsync<long>("select count(*) from forecasts.view_score_rows"));
        Assert.Equal(
            await _test.Database.ScalarAsync<long>("select count(*) from forecasts.mt_events where type in ('forecast_submitted', 'forecast_revised')"),
            await _test.Database.ScalarAsync<long>("select count(*) from forecasts.view_forecast_steps")
        );

        // With a daemon begun, nothing is made a second time.
        await new UnbegunViews(_test.Source).MakeAsync(TestContext.Current.CancellationToken);
        Assert.Equal(rows, await _test.Database.ScalarAsync<long>("select count(*) from forecasts.view_score_rows"));
    }

    private Task<bool> LoadAsync() => CatalogueLoader.LoadOnceAsync(_test.Store, TimeProvider.System, TestContext.Current.CancellationToken);

    private Task<int> CompleteAsync() =>
        CatalogueScoring.CompleteAsync(_test.Source, _test.Store, TimeProvider.System, NullLogger.Instance, TestContext.Current.CancellationToken);

    private Task<long> GenerationsAsync() => _test.Database.ScalarAsync<long>("select count(*) from forecasts.mt_events where type = 'question_scored'");

    private Task<bool> IsShownAsync() => CatalogueProgress.IsShownAsync(_test.Source, TestContext.Current.CancellationToken);

    private async Task<IReadOnlyList<ScoreQuestion>> OutcomesAsync()
    {
        await using var session = _test.Store.QuerySession();
        var events = await session.Events.QueryAllRawEvents().ToListAsync(TestContext.Current.CancellationToken);
        return
        [
            .. events
                .Where(e => e.Data is QuestionResolved or QuestionAnnulled)
                .OrderBy(e => e.Sequence)
                .Select(e => ScoreQuestion.Because(e, e.Data is QuestionAnnulled ? GenerationTrigger.Annulment : GenerationTrigger.Resolution)),
        ];
    }

    private async Task ReactAsync(ScoreQuestion outcome)
    {
        await using var session = _test.Store.LightweightSession();
        await ScoreQuestionHandler.Handle(outcome, session, TimeProvider.System, TestContext.Current.CancellationToken);
        await session.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    private async Task<IReadOnlyDictionary<string, QuestionScored>> ScoredAsync()
    {
        await using var session = _test.Store.QuerySession();
        var scored = new Dictionary<string, QuestionScored>(StringComparer.Ordinal);
        foreach (var question in BriefCatalogue.Questions)
            scored[question.Slug] = (await GenerationLog.LatestAsync(session, question.Slug, TestContext.Current.CancellationToken))!;
        return scored;
    }
}
