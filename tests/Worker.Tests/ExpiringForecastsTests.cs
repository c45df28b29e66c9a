using System.Text.Json;
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
using Store.Scoring;
using Worker.ScoringQuestions;

namespace Worker.Tests;

/// <summary>Expiries and scores.</summary>
public sealed class ExpiringForecastsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Opening = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private TestStore _test = null!;

    public async ValueTask InitializeAsync() => _test = await TestStore.CreateAsync();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Fact]
    public async Task Scores_are_the_same_whether_or_not_an_expiry_is_recorded()
    {
        var (question, forecast) = (StreamKeys.Question("q"), StreamKeys.Forecast(new QuestionSlug("q"), new ForecasterName("ana")));
        await using (var session = _test.Store.LightweightSession())
        {
            session.Start<Question>(
                question,
                [Drafts.Binary("q", Opening), new QuestionOpened(Opening), new QuestionResolved("yes", Opening.AddDays(10), "r", [], "a", "b")],
                Opening
            );
            session.Start<Forecast>(
                forecast,
                [new ForecastSubmitted(new("q"), new("ana"), ForecasterKind.Person, Opening, new Statement(Probability: 0.8), null, [], Opening.AddDays(4))],
                Opening
            );
            session.Start<Forecast>(
                StreamKeys.Forecast(new QuestionSlug("q"), new ForecasterName("ben")),
                [new ForecastSubmitted(new("q"), new("ben"), ForecasterKind.Person, Opening, new Statement(Probability: 0.6), null, [], null)],
                Opening
            );
            await session.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var before = await ScoredAsync(question, GenerationTrigger.Resolution);
        await AppendAsync(forecast, 1, state => ForecastDecisions.Expire(state, Opening.AddDays(5)).Events.Single());
        await AppendAsync(question, 3, _ => new ResolutionCorrected("yes", Opening.AddDays(10), "r", [], "a", "b"));
        var after = await ScoredAsync(question, GenerationTrigger.Correction);

        Assert.Equal((1, 2), (before.Generation, after.Generation));
        Assert.Equal(0.4, before.Rows.Single(r => r.Forecaster == "ana").Coverage, 12);
        Assert.Equal(JsonSerializer.Serialize(before.Rows), JsonSerializer.Serialize(after.Rows));
    }

    private async Task AppendAsync(string stream, long version, Func<Forecast?, object> decide)
    {
        await using var session = _test.Store.LightweightSession();
        var forecast = await session.Events.AggregateStreamAsync<Forecast>(stream);
        session.Append(stream, version, [decide(forecast)], Opening.AddDays(11));
        await session.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    private async Task<QuestionScored> ScoredAsync(string question, GenerationTrigger trigger)
    {
        await using var session = _test.Store.LightweightSession();
        var last = (await session.Events.FetchStreamAsync(question))[^1];
        await ScoreQuestionHandler.Handle(ScoreQuestion.Because(last, trigger), session, TimeProvider.System, TestContext.Current.CancellationToken);
        await session.SaveChangesAsync(TestContext.Current.CancellationToken);
        return (await GenerationLog.LatestAsync(session, "q", TestContext.Current.CancellationToken))!;
    }
}
