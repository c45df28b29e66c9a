using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Marten;
using Marten.Services;
using Microsoft.Extensions.Logging.Abstractions;
using PostgresServer;
using Samples;
using Store.Appending;
using Store.Importing;
using Store.Operations;
using Store.Scoring;
using Worker.Importing;
using Worker.ScoringQuestions;

namespace Worker.Tests;

/// <summary>What waits is in the database: whoever comes next goes on, whatever ended the one before.</summary>
public sealed class FollowingScoresTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Opening = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private TestStore _test = null!;

    private ImportQueue _turns = null!;

    public async ValueTask InitializeAsync()
    {
        _test = await TestStore.CreateAsync();
        _turns = (await ImportQueue.TryTakeAsync(_test.Source, CancellationToken.None))!;
    }

    public async ValueTask DisposeAsync()
    {
        await _turns.DisposeAsync();
        await _test.DisposeAsync();
    }

    [Fact]
    public async Task What_rests_on_a_late_outcome_waits_until_somebody_scores_it_and_then_no_more()
    {
        await OpenAsync("earlier", 0);
        await OpenAsync("later", 30);
        await ConfirmAsync("later", "yes", Opening.AddDays(40));
        await ScoreTogetherAsync();
        Assert.Equal(0, (await WaitingAsync()).Count);

        await ConfirmAsync("earlier", "no", Opening.AddDays(9));

        var waiting = await WaitingAsync();
        Assert.Equal(("later", "earlier"), Assert.Single(waiting.Dependents) is var d ? (d.Question, d.Because) : default);
        Assert.Equal("1 question waits to be scored: 1 because others changed on which they rest (earlier).", waiting.InWords);

        await ScoreTogetherAsync();
        await ScoreTogetherAsync();

        Assert.Equal(0, (await WaitingAsync()).Count);
        Assert.Equal([GenerationTrigger.Resolution, GenerationTrigger.OtherQuestions], (await HeadsAsync("later")).Select(g => g.Trigger));
        Assert.Single(await HeadsAsync("earlier"));
    }

    [Fact]
    public async Task A_later_outcome_makes_nothing_wait()
    {
        await OpenAsync("earlier", 0);
        await OpenAsync("later", 30);
        await ConfirmAsync("earlier", "no", Opening.AddDays(9));
        await ConfirmAsync("later", "yes", Opening.AddDays(40));

        Assert.Equal(0, (await WaitingAsync()).Count);
        await ScoreTogetherAsync();
        Assert.Single(await HeadsAsync("later"));
    }

    [Fact]
    public async Task Scorings_at_the_same_time_each_rest_on_all_that_came_before()
    {
        var slugs = Enumerable.Range(0, 8).Select(i => $"q{i}").ToList();
        foreach (var slug in slugs)
            await OpenAsync(slug, 0);
        foreach (var (slug, i) in slugs.Select((s, i) => (s, i)))
            await ResolveAsync(slug, "yes", Opening.AddDays(9 - i));

        await Task.WhenAll(slugs.Select(ScoreAsync));

        var rows = new List<(long Sequence, long? RestsOn)>();
        await using (var session = _test.Store.QuerySession())
        {
            foreach (var e in await session.Events.QueryAllRawEvents().Where(e => e.EventTypeName == "question_scored").OrderBy(e => e.Sequence).ToListAsync())
            {
                rows.Add((e.Sequence, ((Domain.Scoring.Generations.QuestionScored)e.Data).RestsOn));
            }
        }

        Assert.Equal(8, rows.Count);
        Assert.Equal(rows.Select(r => r.Sequence).Prepend(0).SkipLast(1), rows.Select(r => r.RestsOn!.Value));
    }

    [Fact]
    public async Task A_draft_that_is_tagged_meanwhile_hides_no_scoring_that_has_not_been_committed()
    {
        await OpenAsync("earlier", 0);
        await OpenAsync("later", 30);
        await ConfirmAsync("later", "yes", Opening.AddDays(40));
        await ScoreTogetherAsync();
        await using (var session = _test.Store.LightweightSession())
        {
            session.Start<Question>(StreamKeys.Question("draft"), [Drafts.Binary("draft", Opening)], Opening);
            await session.SaveChangesAsync();
        }

        await ResolveAsync("earlier", "no", Opening.AddDays(9));
        await using (var connection = await _test.Source.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var scoring = _test.Store.LightweightSession(SessionOptions.ForTransaction(transaction, shouldAutoCommit: false)))
                await ScoreAsync("earlier", scoring);
            await AppendAsync("draft", new QuestionEdited(new QuestionFields(Tags: []), new QuestionFields(Tags: ["tag"])));
            await ScoreTogetherAsync();
            await transaction.CommitAsync();
        }

        Assert.Equal("later", Assert.Single((await WaitingAsync()).Dependents).Question);
        await ScoreTogetherAsync();
        Assert.Equal([GenerationTrigger.Resolution, GenerationTrigger.OtherQuestions], (await HeadsAsync("later")).Select(g => g.Trigger));
        // Its tags count from its own first generation on.
        await AppendAsync("draft", new QuestionOpened(Opening));
        await ConfirmAsync("draft", "no", Opening.AddDays(9));
        Assert.Equal("draft", Assert.Single((await WaitingAsync()).Dependents).Because);
    }

    [Fact]
    public async Task A_correction_reaches_whatever_counted_the_outcome_under_tags_that_were_edited_since()
    {
        // Nobody forecasts on two of them, so that only the base rate leads from one to another.
        await OpenAsync("earlier", 0, "a");
        await OpenAsync("counted", 30, "b");
        await OpenAsync("moved", 30, "c");
        await OpenAsync("elsewhere", 30, "d", tag: "elsewhere");
        await ConfirmAsync("earlier", "no", Opening.AddDays(9));
        foreach (var slug in new[] { "counted", "moved", "elsewhere" })
            await ConfirmAsync(slug, "yes", Opening.AddDays(40));
        await ScoreTogetherAsync();

        await RetagAsync("moved", ["tag"], ["other"]);
        await RetagAsync("earlier", ["tag"], ["for-a-while"]);
        await AppendAsync("earlier", new ResolutionCorrected("no", Opening.AddDays(9), "The same.", [], "a", "b"));
        await ScoreAsync("earlier");
        await ScoreTogetherAsync();
        await RetagAsync("earlier", ["for-a-while"], ["at-last"]);
        Assert.Equal(0, (await WaitingAsync()).Count);
        await AppendAsync("earlier", new ResolutionCorrected("yes", Opening.AddDays(9), "It did.", [], "a", "b"));
        await ScoreAsync("earlier");

        Assert.Equal([("counted", "earlier"), ("moved", "earlier")], (await WaitingAsync()).Dependents.Select(d => (d.Question, d.Because)));
        await ScoreTogetherAsync();
        Assert.Equal(0, (await WaitingAsync()).Count);
        foreach (var slug in new[] { "counted", "moved" })
            Assert.Equal([GenerationTrigger.Resolution, GenerationTrigger.OtherQuestions], (await HeadsAsync(slug)).Select(g => g.Trigger));
        Assert.Single(await HeadsAsync("elsewhere"));
    }

    private async Task OpenAsync(string slug, int day, string people = "", string tag = "tag")
    {
        await using var session = _test.Store.LightweightSession();
        session.Start<Question>(
            StreamKeys.Question(slug),
            [Drafts.Binary(slug, Opening.AddDays(day)) with { Tags = [tag] }, new QuestionOpened(Opening.AddDays(day))],
            Opening
        );
        foreach (var (who, p) in new[] { ($"ana{people}", 0.8), ($"ben{people}", 0.4) })
        {
            session.Start<Forecast>(
                StreamKeys.Forecast(new QuestionSlug(slug), new ForecasterName(who)),
                [
                    new ForecastSubmitted(
                        new(slug),
                        new(who),
                        ForecasterKind.Person,
                        Opening.AddDays(day),
                        new Statement(Probability: p),
                        null,
                        [],
                        null,
                        Imported: true
                    ),
                ],
                Opening
            );
        }

        await session.SaveChangesAsync();
    }

    private Task ResolveAsync(string slug, string outcome, DateTimeOffset knownAt) =>
        AppendAsync(slug, new QuestionResolved(outcome, knownAt, "r", [], "a", "b"));

    private async Task RetagAsync(string slug, string[] before, string[] after)
    {
        await using var session = _test.Store.LightweightSession();
        await ScoringOrder.HoldAsync(session, CancellationToken.None);
        await AppendAsync(slug, new QuestionEdited(new QuestionFields(Tags: before), new QuestionFields(Tags: after)), session);
    }

    private async Task AppendAsync(string slug, object e)
    {
        await using var session = _test.Store.LightweightSession();
        await AppendAsync(slug, e, session);
    }

    private static async Task AppendAsync(string slug, object e, IDocumentSession session)
    {
        var version = (await session.Events.FetchStreamStateAsync(StreamKeys.Question(slug)))!.Version;
        session.Append(StreamKeys.Question(slug), version, [e], Opening);
        await session.SaveChangesAsync();
    }

    private async Task ScoreAsync(string slug)
    {
        await using var session = _test.Store.LightweightSession();
        await ScoreAsync(slug, session);
    }

    private static async Task ScoreAsync(string slug, IDocumentSession session)
    {
        await ScoreQuestionHandler.Handle(
            new ScoreQuestion(StreamKeys.Question(slug), GenerationTrigger.Resolution, 1, Opening, null),
            session,
            TimeProvider.System,
            CancellationToken.None
        );
        await session.SaveChangesAsync();
    }

    private async Task ConfirmAsync(string slug, string outcome, DateTimeOffset knownAt)
    {
        await ResolveAsync(slug, outcome, knownAt);
        await ScoreAsync(slug);
    }

    /// <summary>As a worker does that has just begun.</summary>
    /// <remarks>No question is another's condition here, so that nothing is announced.</remarks>
    private Task<int> ScoreTogetherAsync() =>
        new BulkScoring(_test.Source, _test.Store, null!, TimeProvider.System, NullLogger<BulkScoring>.Instance).RunAsync(_turns, CancellationToken.None);

    private Task<WaitingScorings> WaitingAsync() => WaitingScorings.FindAsync(_test.Database.ConnectionString, _test.Store.Options, CancellationToken.None);

    private async Task<IReadOnlyList<GenerationHead>> HeadsAsync(string slug)
    {
        await using var session = _test.Store.QuerySession();
        return await GenerationLog.HeadsAsync(session, slug, Domain.Questions.PointInTime.Present, CancellationToken.None);
    }
}
