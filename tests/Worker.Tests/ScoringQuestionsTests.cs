using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring.Generations;
using Marten;
using PostgresServer;
using Samples;
using Store.Appending;
using Worker.ScoringQuestions;

namespace Worker.Tests;

/// <summary>A worker's reactions to outcomes.</summary>
public sealed class ScoringQuestionsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Opening = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private TestStore _test = null!;

    public async ValueTask InitializeAsync() => _test = await TestStore.CreateAsync();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    private async Task<ScoreQuestion> Resolved(string outcome)
    {
        await using var session = _test.Store.LightweightSession();
        var key = StreamKeys.Question("q");
        if (await session.LoadAsync<Question>(key) is not { } question)
        {
            session.Start<Question>(
                key,
                [Drafts.Binary("q", Opening), new QuestionOpened(Opening), new QuestionResolved(outcome, Opening.AddDays(10), "r", [], "a", "b")],
                Opening
            );
            session.Start<Forecast>(
                StreamKeys.Forecast(new QuestionSlug("q"), new ForecasterName("ana")),
                [new ForecastSubmitted(new("q"), new("ana"), ForecasterKind.Person, Opening, new Statement(Probability: 0.8), null, [], null)],
                Opening
            );
        }
        else
        {
            session.Append(key, question.Version, [new ResolutionCorrected(outcome, Opening.AddDays(10), "r", [], "a", "b")], Opening);
        }

        await session.SaveChangesAsync();
        var last = (await session.Events.FetchStreamAsync(key))[^1];
        return ScoreQuestion.Because(last, last.Data is QuestionResolved ? GenerationTrigger.Resolution : GenerationTrigger.Correction);
    }

    private async Task Handle(ScoreQuestion message)
    {
        await using var session = _test.Store.LightweightSession();
        await ScoreQuestionHandler.Handle(message, session, TimeProvider.System, TestContext.Current.CancellationToken);
        await session.SaveChangesAsync();
    }

    private async Task<QuestionScored[]> Generations()
    {
        await using var session = _test.Store.QuerySession();
        return [.. (await session.Events.FetchStreamAsync(StreamKeys.Scoring("q"))).Select(e => (QuestionScored)e.Data)];
    }

    [Fact]
    public async Task A_message_that_is_delivered_twice_makes_one_generation()
    {
        var message = await Resolved("yes");

        await Handle(message);
        await Handle(message);

        var generation = Assert.Single(await Generations());
        Assert.Equal(0.04, generation.Rows.Single(r => r.Forecaster == "ana").Scores["brier.final"]!.Value, 12);
    }

    [Fact]
    public async Task A_correction_makes_a_second_generation_and_leaves_the_first_as_it_was()
    {
        await Handle(await Resolved("yes"));
        var first = (await Generations())[0];

        await Handle(await Resolved("no"));

        var both = await Generations();
        Assert.Equal(["yes", "no"], both.Select(g => g.Outcome));
        Assert.Equal(first.Rows.Select(r => r.Scores["brier.final"]), both[0].Rows.Select(r => r.Scores["brier.final"]));
        Assert.Equal(0.64, both[1].Rows.Single(r => r.Forecaster == "ana").Scores["brier.final"]!.Value, 12);
    }
}
