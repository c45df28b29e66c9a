using Domain;
using Domain.People;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Generations;
using Marten;
using PostgresServer;
using Store.Appending;
using Store.Scoring;

namespace Store.Tests.Scoring;

/// <summary>Reading generations of scores.</summary>
public sealed class GenerationLogTests : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private TestStore _test = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _test = await TestStore.CreateAsync();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Fact]
    public async Task A_generation_is_found_by_its_number_with_its_rows_and_the_latest_without_one()
    {
        await ScoreAsync("q", 1, "ana");
        await ScoreAsync("q", 2, "ana", "bea");
        await using var session = _test.Store.QuerySession();

        var (first, at) = (await GenerationLog.FindAsync(session, "q", 1, Token))!.Value;
        Assert.Equal((1, "ana", At.AddDays(1)), (first.Generation, Assert.Single(first.Rows).Forecaster, at));
        Assert.Equal(1.0 / 3, first.Rows[0].Scores["brier.final"]);
        Assert.Null(first.Rows[0].Scores["peer"]);
        Assert.Equal(2, (await GenerationLog.LatestAsync(session, "q", Token))!.Rows.Count);
        Assert.Null(await GenerationLog.FindAsync(session, "q", 3, Token));
        Assert.Null(await GenerationLog.LatestAsync(session, "never-scored", Token));
    }

    [Fact]
    public async Task Every_generation_says_of_itself_what_it_was_made_from_and_of_how_many()
    {
        await ScoreAsync("q", 1, "ana");
        await ScoreAsync("q", 2, "ana", "bea");
        await ScoreAsync("q", 3);
        await ScoreAsync("other", 1, "ana");
        await using var session = _test.Store.QuerySession();

        var heads = await GenerationLog.HeadsAsync(session, "q", Domain.Questions.PointInTime.Present, Token);

        Assert.Equal([(1, 1), (2, 2), (3, 0)], heads.Select(h => (h.Generation, h.Forecasters)));
        Assert.Equal(GenerationHead.Of(Scored("q", 3), At.AddDays(3)), heads[^1]);
        Assert.Equal(heads[^1], await GenerationLog.LatestHeadAsync(session, "q", Token));
        Assert.Null(await GenerationLog.LatestHeadAsync(session, "never-scored", Token));
    }

    [Fact]
    public async Task The_questions_that_have_scores_come_page_by_page_in_the_order_of_their_names()
    {
        foreach (var slug in new[] { "b", "a-1", "a", "c" })
            await ScoreAsync(slug, 1, "ana");
        await ScoreAsync("a", 2, "bea");

        Assert.Equal(["a", "a-1", "b"], await ScoredQuestions.AfterAsync(_test.Store, null, "", 3, Token));
        Assert.Equal(["a-1"], await ScoredQuestions.AfterAsync(_test.Store, "a-1", "", 3, Token));
        Assert.Equal(2, await ScoredQuestions.CountAfterAsync(_test.Store, null, "a-1", Token));
    }

    private static QuestionScored Scored(string slug, int generation, params string[] forecasters) =>
        new(
            slug,
            generation,
            "1",
            GenerationTrigger.Resolution,
            10 + generation,
            20 + generation,
            "yes",
            At.AddHours(generation),
            [
                .. forecasters.Select(f => new ScoreRow(
                    f,
                    ForecasterKind.Person,
                    0.5,
                    1,
                    new Dictionary<string, double?> { ["brier.final"] = 1.0 / 3, ["peer"] = null },
                    new Dictionary<string, string>()
                )),
            ]
        );

    private async Task ScoreAsync(string slug, int generation, params string[] forecasters)
    {
        await using var session = _test.Store.LightweightSession();
        var (stream, now) = (StreamKeys.Scoring(slug), At.AddDays(generation));
        if (generation == 1)
            session.Start<Scorings>(stream, [Scored(slug, generation, forecasters)], now);
        else
            session.Append(stream, generation - 1, [Scored(slug, generation, forecasters)], now);
        await session.SaveChangesAsync(Token);
    }
}
