using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Generations;
using Marten;
using Marten.Events;
using PostgresServer;
using Samples;
using Store.Appending;
using Store.Views.Rebuilding;

namespace EventVersions.Tests;

/// <summary>A field of an event is renamed, and one upcaster is enough for every reader.</summary>
public sealed class OneUpcasterTests : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private TestStore _test = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _test = await TestStore.CreateAsync();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Fact]
    public async Task After_a_field_is_renamed_one_upcaster_is_enough_for_every_reader()
    {
        var daemon = await _test.DaemonAsync();
        await daemon.StartAllAsync();
        await RecordAsync();
        await CaughtUpAsync();
        var today = await EveryReader.ReadAsync(_test, "q", Token);
        Assert.All(today, reading => Assert.False(string.IsNullOrWhiteSpace(reading.Value), $"'{reading.Key}' reads nothing."));

        foreach (var change in RenamedFields.ToEarlierForm)
            Assert.NotEqual(0, await ExecuteAsync(change));
        await ExecuteAsync("delete from forecasts.mt_doc_question");
        await ExecuteAsync("update forecasts.view_forecast_steps set yes = null");
        await ExecuteAsync("update forecasts.view_score_rows set coverage = 0");
        await new Rebuild(_test.Source, _test.Store).RunAsync(null, null, Token);
        var earlier = await EveryReader.ReadAsync(_test, "q", Token);

        Assert.Equal(today.Keys, earlier.Keys);
        Assert.All(today, reading => Assert.Equal((reading.Key, reading.Value), (reading.Key, earlier[reading.Key])));
    }

    [Fact]
    public async Task The_daemon_reads_earlier_events_as_a_rebuild_does()
    {
        await RecordAsync();
        foreach (var change in RenamedFields.ToEarlierForm)
            await ExecuteAsync(change);
        var daemon = await _test.DaemonAsync();
        await daemon.StartAllAsync();
        await CaughtUpAsync();
        var kept = await EveryReader.ViewsAsync(_test);

        await new Rebuild(_test.Source, _test.Store).RunAsync(null, null, Token);

        Assert.Contains("0.75", kept, StringComparison.Ordinal);
        Assert.Equal(kept, await EveryReader.ViewsAsync(_test));
    }

    private async Task RecordAsync()
    {
        await using var session = _test.Store.LightweightSession();
        session.Start<Question>(
            StreamKeys.Question("q"),
            [
                Drafts.Binary("q", At) with
                {
                    Title = "Title",
                    Background = "Background",
                    ResolutionCriteria = "Criteria",
                    Tags = ["tag"],
                },
                new QuestionOpened(At),
                new QuestionResolved("yes", At.AddDays(5), "reason", ["evidence"], "p", "c"),
            ],
            At
        );
        session.Start<Forecast>(
            StreamKeys.Forecast(new QuestionSlug("q"), new ForecasterName("ana")),
            [
                new ForecastSubmitted(new("q"), new("ana"), ForecasterKind.Person, At.AddDays(1), new Statement(Probability: 0.75), "why", ["e"], null),
                new ForecastRevised(
                    new("q"),
                    new("ana"),
                    ForecasterKind.Person,
                    At.AddDays(2),
                    new Statement(Probability: 0.5),
                    null,
                    [],
                    null,
                    Imported: true
                ),
            ],
            At
        );
        session.Start<Forecast>(
            StreamKeys.Forecast(new QuestionSlug("q"), new ForecasterName("bea")),
            [
                new ForecastSubmitted(
                    new("q"),
                    new("bea"),
                    ForecasterKind.Person,
                    At.AddDays(1),
                    new Statement(Probability: 0.25),
                    null,
                    [],
                    null,
                    Imported: true
                ),
            ],
            At
        );
        await session.SaveChangesAsync(Token);
        await SealAsync(session);
        session.Start<Scorings>(
            StreamKeys.Scoring("q"),
            [
                new QuestionScored("q", 1, "1", GenerationTrigger.Resolution, 3, 6, "yes", At.AddDays(5), [Row("ana", 0.25)]),
                new QuestionScored("q", 2, "1", GenerationTrigger.Correction, 3, 6, "yes", At.AddDays(5), [Row("ana", 0.25), Row("bea", 0.5)]),
            ],
            At
        );
        await session.SaveChangesAsync(Token);
    }

    private static async Task SealAsync(IDocumentSession session)
    {
        var (key, seal) = (StreamKeys.Forecast(new QuestionSlug("q"), new ForecasterName("cem")), new string('A', 43) + "=");
        session.Start<Forecast>(
            key,
            [new ForecastSubmitted(new("q"), new("cem"), ForecasterKind.Person, At.AddDays(1), new Statement(Seal: seal), null, [], null)],
            At
        );
        await session.SaveChangesAsync(Token);
        var step = (await session.Events.FetchStreamAsync(key, token: Token))[0].Id;
        session.Append(
            key,
            1,
            [
                new ForecastRevealed(
                    new("q"),
                    new("cem"),
                    ForecasterKind.Person,
                    At.AddDays(1),
                    new Statement(Probability: 0.125, Seal: seal, RevealedAt: At.AddDays(6)),
                    null,
                    [],
                    null,
                    step,
                    seal,
                    """{"probability":0.125}"""
                ),
            ],
            At.AddDays(6)
        );
        await session.SaveChangesAsync(Token);
    }

    private static ScoreRow Row(string forecaster, double brier) =>
        new(
            forecaster,
            ForecasterKind.Person,
            0.5,
            1,
            new Dictionary<string, double?> { ["brier.final"] = brier, ["peer"] = brier },
            new Dictionary<string, string>()
        );

    private Task CaughtUpAsync() => _test.Store.WaitForNonStaleProjectionDataAsync(TimeSpan.FromMinutes(3));

    private async Task<int> ExecuteAsync(string sql)
    {
        await using var command = _test.Source.CreateCommand(sql);
        return await command.ExecuteNonQueryAsync(Token);
    }
}
