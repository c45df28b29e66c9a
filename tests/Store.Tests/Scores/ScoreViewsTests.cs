using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using JasperFx.Events.Daemon;
using Marten;
using Marten.Events;
using Npgsql;
using PostgresServer;
using Store.Forecasts;
using Store.Scores;

namespace Store.Tests.Scores;

public sealed class ScoreViewsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Opening = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private TestStore _test = null!;
    private IProjectionDaemon _daemon = null!;

    public async ValueTask InitializeAsync()
    {
        _test = await TestStore.CreateAsync();
        _daemon = await _test.DaemonAsync();
        await _daemon.StartAllAsync();
    }

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    private async Task<ScoreSnapshot> Snapshot()
    {
        await _test.Store.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(30));
        return await new ScoreViewReader(_test.Source).OpenAsync(TestContext.Current.CancellationToken);
    }

    private static ScoreRow Row(string forecaster, double brier) => new(
        forecaster, ForecasterKind.Person, 0.5, 2, new Dictionary<string, double?> { ["brier.final"] = brier, ["brier.timeAveraged"] = null, ["peer"] = 12.5 }, new Dictionary<string, string>());

    private async Task Ask(string slug, params string[] tags)
    {
        await using var session = _test.Store.LightweightSession();
        session.Start<Question>(
            StreamKeys.Question(slug),
            [
                new QuestionDrafted(slug, "Q", "", "c", QuestionType.Binary, ["yes", "no"], null, null, Opening, Opening.AddDays(10), Opening.AddDays(20), null, tags, null, null, "twins", null),
                new QuestionOpened(Opening),
                new CloseRescheduled(Opening.AddDays(8), "sooner"),
            ],
            Opening);
        session.Start<Forecast>(
            StreamKeys.Forecast(slug, "ana"),
            [
                new ForecastSubmitted(slug, "ana", ForecasterKind.Person, Opening, new Statement(Probability: 0.1 + 0.2), null, [], null),
                new ForecastWithdrawn(slug, "ana", ForecasterKind.Person, Opening.AddDays(1)),
                new ForecastRevised(slug, "ana", ForecasterKind.Person, Opening.AddDays(2), new Statement(Probabilities: [1.0 / 3, 2.0 / 3]), null, [], Opening.AddDays(3)),
                new ForecastRevised(slug, "ana", ForecasterKind.Person, Opening.AddDays(4), new Statement(Quantiles: [new Quantile(0.1, -2.5), new Quantile(0.9, 1e300)]), null, [], null),
            ],
            Opening);
        await session.SaveChangesAsync();
    }

    private async Task<long> Score(string slug, int generation, string outcome, params ScoreRow[] rows)
    {
        await using var session = _test.Store.LightweightSession();
        var stream = StreamKeys.Scoring(slug);
        var read = await session.Events.QueryAllRawEvents().CountAsync();
        var scored = new QuestionScored(slug, generation, "1", "resolution", read, read, outcome, Opening.AddDays(6), rows);
        if (generation == 1) session.Start<Scorings>(stream, [scored], Opening);
        else session.Append(stream, generation - 1, [scored], Opening);
        await session.SaveChangesAsync();
        return (await session.Events.FetchStreamAsync(stream))[^1].Sequence;
    }

    [Fact]
    public async Task No_statement_of_a_view_answers_rows_since_what_follows_such_a_one_would_not_be_waited_for()
    {
        var token = TestContext.Current.CancellationToken;
        await using var connection = await _test.Source.OpenConnectionAsync(token);
        foreach (var statement in ScoreViews.All.SelectMany(v => v.Statements(ViewTables.Served)))
        {
            await using var command = new NpgsqlCommand(statement, connection) { Parameters = { new() { Value = 0L }, new() { Value = 0L } } };
            await using var reader = await command.ExecuteReaderAsync(token);
            Assert.True(reader.FieldCount == 0, statement);
        }
    }

    [Fact]
    public async Task A_snapshot_that_is_closed_twice_leaves_alone_whoever_has_its_connection_by_then()
    {
        var token = TestContext.Current.CancellationToken;
        await using var one = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_test.Database.ConnectionString) { MaxPoolSize = 1 });
        var snapshot = await new ScoreViewReader(one).OpenAsync(token);
        await snapshot.DisposeAsync();
        await using var connection = await one.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);

        await snapshot.DisposeAsync();

        await using var command = new NpgsqlCommand("select 1", connection, transaction);
        Assert.Equal(1, await command.ExecuteScalarAsync(token));
        await transaction.CommitAsync(token);
    }

    [Fact]
    public async Task A_step_comes_back_with_every_bit_that_was_stated()
    {
        await Ask("q");
        await Score("q", 1, "yes", Row("ana", 0.1));

        await using var snapshot = await Snapshot();
        var record = Assert.Single(await snapshot.RecordsAsync(new ScoreFilter(), ["ana"], null, default));

        Assert.Equal((Opening.AddDays(8), Opening.AddDays(6), "twins"), (record.Question.ClosesAt, record.End, record.Group));
        var steps = Assert.Single(record.Timelines).Steps;
        Assert.Equal(
            [Prediction.Categorical.Binary(0.1 + 0.2), null, new Prediction.Categorical([1.0 / 3, 2.0 / 3]), new Prediction.Quantiles([new Quantile(0.1, -2.5), new Quantile(0.9, 1e300)])],
            steps.Select(s => s.Prediction));
        Assert.Equal([null, null, Opening.AddDays(3), null], steps.Select(s => s.ExpiresAt));
        Assert.Equal([0, 1, 2, 4], steps.Select(s => (s.MadeAt - Opening).TotalDays));
    }

    [Fact]
    public async Task A_correction_replaces_the_rows_and_what_is_annulled_or_taken_back_has_none()
    {
        await Ask("q", "europe");
        await Ask("r", "asia");
        var first = await Score("q", 1, "yes", Row("ana", 0.1), Row("bea", 0.2));
        await Score("r", 1, "no", Row("ana", 0.3));
        await using (var before = await Snapshot())
        {
            Assert.Equal([("q", 0.1), ("r", 0.3)], (await before.RowsAsync("ana", new ScoreFilter(), "", 10, default)).Select(r => (r.Question, r.Scores["brier.final"]!.Value)));
            Assert.Null((await before.RowsAsync("ana", new ScoreFilter(), "", 10, default))[0].Scores["brier.timeAveraged"]);
            Assert.Equal(["q"], (await before.RowsAsync("ana", new ScoreFilter(Tag: "europe"), "", 10, default)).Select(r => r.Question));
            Assert.Equal(["r"], (await before.RowsAsync("ana", new ScoreFilter(), "q", 10, default)).Select(r => r.Question));
            Assert.Empty(await before.RowsAsync("ana", new ScoreFilter(From: Opening.AddDays(7)), "", 10, default));
            Assert.Equal(first, await before.LastScoringAsync("bea", default));
        }

        var corrected = await Score("q", 2, "no", Row("ana", 0.7));
        await using (var after = await Snapshot())
        {
            Assert.Equal([0.7, 0.3], (await after.RowsAsync("ana", new ScoreFilter(), "", 10, default)).Select(r => r.Scores["brier.final"]!.Value));
            Assert.Empty(await after.RowsAsync("bea", new ScoreFilter(), "", 10, default));
            Assert.Equal(corrected, await after.LastScoringAsync("bea", default));
        }

        var annulled = await Score("q", 3, "annulled");
        await using (var gone = await Snapshot()) Assert.Equal(annulled, await gone.LastScoringAsync("ana", default));
        await using (var taken = await Snapshot()) Assert.Equal(["r"], (await taken.ForecastsAsync("ana", new ScoreFilter(), default)).Select(f => f.Question));
        var reopened = await Score("q", 4, OutcomeText.Unresolved);
        await using var last = await Snapshot();
        Assert.Equal([Opening.AddDays(8), Opening.AddDays(6)], (await last.ForecastsAsync("ana", new ScoreFilter(), default)).Select(f => f.End));
        Assert.Equal(["r"], (await last.RowsAsync("ana", new ScoreFilter(), "", 10, default)).Select(r => r.Question));
        Assert.Equal(["r"], (await last.RecordsAsync(new ScoreFilter(), null, null, default)).Select(r => r.Question.Slug));
        Assert.Equal(reopened, await last.LastChangeAsync(default));
    }

    [Fact]
    public async Task A_score_stands_beside_that_of_the_reference_on_the_same_question()
    {
        await Ask("q");
        await Ask("r");
        await Score("q", 1, "yes", Row("ana", 0.1), Row("bea", 0.2));
        await Score("r", 1, "yes", Row("ana", 0.4));

        await using var snapshot = await Snapshot();
        var rows = await snapshot.ScoresAsync("brier.final", "bea", new ScoreFilter(), [ForecasterKind.Person], ["ana"], default);

        Assert.Equal([("q", 0.1, 0.2), ("r", 0.4, null)], rows.OrderBy(r => r.Question).Select(r => (r.Question, r.Score, r.ReferenceScore)));
        Assert.Empty(await snapshot.ScoresAsync("brier.final", "bea", new ScoreFilter(), [ForecasterKind.Document], null, default));
    }

    [Fact]
    public async Task Built_anew_from_the_events_the_views_are_the_same()
    {
        await Ask("q", "europe");
        await Score("q", 1, "yes", Row("ana", 0.1), Row("bea", 0.2));
        await Score("q", 2, "no", Row("ana", 0.7));
        var before = await Contents();

        foreach (var table in new[] { "questions", "score_rows", "forecasters", "forecast_steps" })
        {
            Assert.NotEqual(0, await _test.Database.ScalarAsync<long>($"with gone as (delete from forecasts.view_{table} returning 1) select count(*) from gone"));
        }

        await _daemon.RewindSubscriptionAsync(ScoreRowsView.ShardName, TestContext.Current.CancellationToken, sequenceFloor: 0);
        await _daemon.RewindSubscriptionAsync(ForecastStepsView.ShardName, TestContext.Current.CancellationToken, sequenceFloor: 0);

        Assert.Equal(before, await Contents());
    }

    private async Task<string> Contents()
    {
        await using var caughtUp = await Snapshot();
        return await _test.Database.ScalarAsync<string>(
            """
            select (select string_agg(q::text, '|' order by question) from forecasts.view_questions q)
                || (select string_agg(r::text, '|' order by question, forecaster) from forecasts.view_score_rows r)
                || (select string_agg(f::text, '|' order by forecaster) from forecasts.view_forecasters f)
                || (select string_agg(s::text, '|' order by sequence) from forecasts.view_forecast_steps s)
            """);
    }
}
