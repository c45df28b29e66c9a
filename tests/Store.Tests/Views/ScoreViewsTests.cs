using Domain;
using Domain.Forecasts;
using Domain.Forecasts.Timelines;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Generations;
using JasperFx.Events.Daemon;
using Marten;
using Marten.Events;
using Npgsql;
using PostgresServer;
using Samples;
using Store.Appending;
using Store.Reading;
using Store.Scoring;
using Store.Views;

namespace Store.Tests.Views;

/// <summary>The views of scores and their snapshots.</summary>
public sealed class ScoreViewsTests : IAsyncLifetime
{
    private static readonly ScoreKey BrierFinal = ScoreKey.Named("brier.final")!;

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

    private async Task<ScoreSnapshot> Snapshot(PointInTime? at = null)
    {
        await _test.Store.WaitForNonStaleProjectionDataAsync(TimeSpan.FromMinutes(3));
        return await new ScoreViewReader(_test.Source).OpenAsync(at ?? PointInTime.Present, TestContext.Current.CancellationToken);
    }

    private static ScoreRow Row(string forecaster, double brier) =>
        new(
            forecaster,
            ForecasterKind.Person,
            0.5,
            2,
            new Dictionary<string, double?>
            {
                ["brier.final"] = brier,
                ["brier.timeAveraged"] = null,
                ["peer"] = 12.5,
            },
            new Dictionary<string, string>()
        );

    private async Task Ask(string slug, params string[] tags)
    {
        await using var session = _test.Store.LightweightSession();
        session.Start<Question>(
            StreamKeys.Question(slug),
            [
                Drafts.Binary(slug, Opening) with
                {
                    Tags = tags,
                    Group = "twins",
                },
                new QuestionOpened(Opening),
                new CloseRescheduled(Opening.AddDays(8), "sooner"),
            ],
            Opening
        );
        session.Start<Forecast>(
            StreamKeys.Forecast(new QuestionSlug(slug), new ForecasterName("ana")),
            [
                new ForecastSubmitted(new(slug), new("ana"), ForecasterKind.Person, Opening, new Statement(Probability: 0.1 + 0.2), null, [], null),
                new ForecastWithdrawn(new(slug), new("ana"), ForecasterKind.Person, Opening.AddDays(1)),
                new ForecastRevised(
                    new(slug),
                    new("ana"),
                    ForecasterKind.Person,
                    Opening.AddDays(2),
                    new Statement(Probabilities: [1.0 / 3, 2.0 / 3]),
                    null,
                    [],
                    Opening.AddDays(3)
                ),
                new ForecastRevised(
                    new(slug),
                    new("ana"),
                    ForecasterKind.Person,
                    Opening.AddDays(4),
                    new Statement(Quantiles: [new Quantile(0.1, -2.5), new Quantile(0.9, 1e300)]),
                    null,
                    [],
                    null,
                    Imported: true
                ),
            ],
            Opening
        );
        await session.SaveChangesAsync();
    }

    private Task<long> Score(string slug, int generation, string outcome, params ScoreRow[] rows) => Score(slug, generation, outcome, 0, rows);

    private async Task<long> Score(string slug, int generation, string outcome, int recordedAt, params ScoreRow[] rows)
    {
        await using var session = _test.Store.LightweightSession();
        var stream = StreamKeys.Scoring(slug);
        var read = await session.Events.QueryAllRawEvents().CountAsync();
        var scored = new QuestionScored(slug, generation, "1", GenerationTrigger.Resolution, read, read, outcome, Opening.AddDays(6), rows);
        if (generation == 1)
            session.Start<Scorings>(stream, [scored], Recorded(recordedAt));
        else
            session.Append(stream, generation - 1, [scored], Recorded(recordedAt));
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
            await using var command = new NpgsqlCommand(statement, connection)
            {
                Parameters =
                {
                    new() { Value = 0L },
                    new() { Value = 0L },
                },
            };
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
            [
                Prediction.Categorical.Binary(0.1 + 0.2),
                null,
                new Prediction.Categorical([1.0 / 3, 2.0 / 3]),
                new Prediction.Quantiles([new Quantile(0.1, -2.5), new Quantile(0.9, 1e300)]),
            ],
            steps.Select(s => s.Prediction)
        );
        Assert.Equal([null, null, Opening.AddDays(3), null], steps.Select(s => s.ExpiresAt));
        Assert.Equal([0, 1, 2, 4], steps.Select(s => (s.MadeAt - Opening).TotalDays));
    }

    [Fact]
    public async Task A_row_is_marked_where_an_unrevealed_seal_stood_in_its_window_by_what_its_generation_read()
    {
        const int Seed = 20261128;
        var (random, seal) = (new Random(Seed), Convert.ToBase64String(new byte[32]));
        var slugs = Enumerable.Range(0, 120).Select(i => $"s-{i}").ToList();
        foreach (var slug in slugs)
        {
            await using var session = _test.Store.LightweightSession();
            session.Start<Question>(StreamKeys.Question(slug), [Drafts.Binary(slug, Opening) with { ClosesAt = Opening.AddDays(8) }], Opening);
            session.Start<Forecast>(StreamKeys.Forecast(new QuestionSlug(slug), new ForecasterName("sol")), Steps(slug), Opening);
            await session.SaveChangesAsync();
        }

        foreach (var slug in slugs)
            await Score(slug, 1, "yes", Row("sol", 0.1));
        await using (var session = _test.Store.LightweightSession())
        {
            // What is said after the generation changes it no more.
            foreach (var slug in slugs)
                session.Append(StreamKeys.Forecast(new QuestionSlug(slug), new ForecasterName("sol")), await VersionAsync(session, slug), Steps(slug), Opening);
            await session.SaveChangesAsync();
        }

        await using var snapshot = await Snapshot();
        var records = await snapshot.RecordsAsync(new ScoreFilter(), ["sol"], null, default);
        var expected = records.Where(r => r.Timelines.Any(t => IsHidden(t, r))).Select(r => ("sol", r.Question.Slug)).Order().ToList();

        Assert.InRange(expected.Count, 20, 100);
        Assert.Equal(expected, (await snapshot.UnrevealedAsync(new ScoreFilter(), default)).Order());
        var rows = await snapshot.RowsAsync("sol", new ScoreFilter(), ImportedScope.Include, "", 1_000, default);
        Assert.Equal(expected, rows.Where(r => r.Unrevealed).Select(r => ("sol", r.Question)).Order());
        await using (var then = await Snapshot(new PointInTime(KnownAt: Recorded(1))))
            Assert.Equal(expected, (await then.UnrevealedAsync(new ScoreFilter(), default)).Order());

        // Read one after the other they are the same records.
        var each = await snapshot.EachRecordAsync(new ScoreFilter(), ["sol"], ImportedScope.Include, null, default).ToListAsync();
        Assert.Equal(records.Select(Told), each.OrderBy(r => r.Question.Slug, StringComparer.Ordinal).Select(Told));

        static string Told(ScoredRecord record) =>
            $"{record.Question.Slug} {string.Join(' ', record.Timelines.SelectMany(t => t.Steps.Select(s => $"{t.Forecaster}:{s.Sequence}")))}";

        static bool IsHidden(ForecastTimeline timeline, ScoredRecord record) =>
            StandingIntervals
                .OfForecaster(timeline.Steps, record.Question.OpensAt, record.End, new Prediction.Sealed())
                .Any(i => i.Seal == SealState.Unrevealed);

        static async Task<long> VersionAsync(IDocumentSession session, string slug) =>
            (await session.Events.FetchStreamStateAsync(StreamKeys.Forecast(new QuestionSlug(slug), new ForecasterName("sol"))))!.Version;

        List<object> Steps(string slug)
        {
            var (steps, sealedAt) = (new List<object>(), new List<DateTimeOffset>());
            for (var i = random.Next(1, 5); i > 0; i--)
            {
                var at = Opening.AddDays(random.Next(-4, 18) / 2.0);
                DateTimeOffset? expires = random.Next(4) == 0 ? at.AddDays(random.Next(1, 6) / 2.0) : null;
                ForecastRevised Stated(Statement statement) => new(new(slug), new("sol"), ForecasterKind.Person, at, statement, null, [], expires);
                switch (random.Next(5))
                {
                    case 0:
                        steps.Add(new ForecastWithdrawn(new(slug), new("sol"), ForecasterKind.Person, at));
                        break;
                    case 1:
                        steps.Add(Stated(new Statement(Probability: 0.5)));
                        break;
                    case 2 when sealedAt.Count > 0:
                        at = sealedAt[random.Next(sealedAt.Count)];
                        steps.Add(Stated(new Statement(Probability: 0.5, Seal: seal, RevealedAt: Opening.AddDays(9))));
                        break;
                    default:
                        steps.Add(Stated(new Statement(Seal: seal)));
                        sealedAt.Add(at);
                        break;
                }
            }

            return steps;
        }
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
            Assert.Equal(
                [("q", 0.1), ("r", 0.3)],
                (await before.RowsAsync("ana", new ScoreFilter(), ImportedScope.Include, "", 10, default)).Select(r =>
                    (r.Question, r.Scores[BrierFinal]!.Value)
                )
            );
            Assert.Null(
                (await before.RowsAsync("ana", new ScoreFilter(), ImportedScope.Include, "", 10, default))[0].Scores[ScoreKey.Named("brier.timeAveraged")!]
            );
            Assert.Equal(
                ["q"],
                (await before.RowsAsync("ana", new ScoreFilter(Tag: "europe"), ImportedScope.Include, "", 10, default)).Select(r => r.Question)
            );
            Assert.Equal(["r"], (await before.RowsAsync("ana", new ScoreFilter(), ImportedScope.Include, "q", 10, default)).Select(r => r.Question));
            Assert.Empty(await before.RowsAsync("ana", new ScoreFilter(From: Opening.AddDays(7)), ImportedScope.Include, "", 10, default));
            Assert.Equal(first, await before.LastScoringAsync("bea", default));
        }

        var corrected = await Score("q", 2, "no", Row("ana", 0.7));
        await using (var after = await Snapshot())
        {
            Assert.Equal(
                [0.7, 0.3],
                (await after.RowsAsync("ana", new ScoreFilter(), ImportedScope.Include, "", 10, default)).Select(r => r.Scores[BrierFinal]!.Value)
            );
            Assert.Empty(await after.RowsAsync("bea", new ScoreFilter(), ImportedScope.Include, "", 10, default));
            Assert.Equal(corrected, await after.LastScoringAsync("bea", default));
        }

        var annulled = await Score("q", 3, "annulled");
        await using (var gone = await Snapshot())
            Assert.Equal(annulled, await gone.LastScoringAsync("ana", default));
        await using (var taken = await Snapshot())
            Assert.Equal(["r"], (await taken.ForecastsAsync("ana", new ScoreFilter(), ImportedScope.Include, default)).Select(f => f.Question));
        var reopened = await Score("q", 4, OutcomeText.Unresolved);
        await using var last = await Snapshot();
        Assert.Equal(
            [Opening.AddDays(8), Opening.AddDays(6)],
            (await last.ForecastsAsync("ana", new ScoreFilter(), ImportedScope.Include, default)).Select(f => f.End)
        );
        Assert.Equal(["r"], (await last.RowsAsync("ana", new ScoreFilter(), ImportedScope.Include, "", 10, default)).Select(r => r.Question));
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
        var rows = await snapshot.ScoresAsync(
            BrierFinal,
            "bea",
            new ScoreFilter(),
            [ForecasterKind.Person],
            ["ana"],
            ImportedScope.Include,
            pairs: false,
            default
        );

        Assert.Equal(
            [("q", 0.1, 0.2), ("r", 0.4, null)],
            rows.Select(r => (r.Question.Value, r.Score, r.ReferenceScore)).OrderBy(r => r.Value, StringComparer.Ordinal)
        );
        Assert.Empty(
            await snapshot.ScoresAsync(BrierFinal, "bea", new ScoreFilter(), [ForecasterKind.Document], null, ImportedScope.Include, pairs: false, default)
        );
        var beside = await snapshot.BoardReferenceAsync(BrierFinal, "bea", new ScoreFilter(), ImportedScope.Include, default);
        Assert.Equal([(0.2, 0.5), (null, (double?)null)], new[] { 0, 1 }.Select(q => (beside.ScoreOn(q), beside.CoverageOf(q))));
    }

    [Fact]
    public async Task Built_anew_from_the_events_the_views_are_the_same()
    {
        await Ask("q", "europe");
        await Claim("q", new QuestionResolved("yes", Opening.AddDays(6), "r", ["e"], "p", "c"));
        await Score("q", 1, "yes", Row("ana", 0.1), Row("bea", 0.2));
        await Claim("q", new QuestionAnnulled(Opening.AddDays(6), "r", ["e"], "p", "c"));
        await Score("q", 2, "no", Row("ana", 0.7));
        var before = await Contents();

        foreach (var table in new[] { "questions", "score_rows", "forecasters", "forecast_steps", "outcome_claims", "generations", "imported_steps" })
        {
            Assert.NotEqual(
                0,
                await _test.Database.ScalarAsync<long>($"with gone as (delete from forecasts.view_{table} returning 1) select count(*) from gone")
            );
        }

        await _daemon.RewindSubscriptionAsync(ScoreRowsView.ShardName, TestContext.Current.CancellationToken, sequenceFloor: 0);
        await _daemon.RewindSubscriptionAsync(ForecastStepsView.ShardName, TestContext.Current.CancellationToken, sequenceFloor: 0);
        await _daemon.RewindSubscriptionAsync(GenerationsView.ShardName, TestContext.Current.CancellationToken, sequenceFloor: 0);
        await _daemon.RewindSubscriptionAsync(ImportedStepsView.ShardName, TestContext.Current.CancellationToken, sequenceFloor: 0);

        Assert.Equal(before, await Contents());
    }

    [Fact]
    public async Task A_database_from_before_outcomes_and_imported_steps_were_kept_has_them_made_by_itself_and_keeps_what_it_had()
    {
        await Ask("q", "europe");
        await Claim("q", new QuestionResolved("yes", Opening.AddDays(6), "r", ["e"], "p", "c"));
        await Score("q", 1, "yes", Row("ana", 0.1));
        var right = await Contents();

        // As such a database is: no tables, no progress, and the others where they stand.
        await _daemon.StopAllAsync();
        await _test.Database.ScalarAsync<long>(
            """
            drop table forecasts.view_outcome_claims; drop table forecasts.view_generations; drop table forecasts.view_imported_steps;
            with gone as (delete from forecasts.mt_event_progression where name in ('Generations:All', 'ImportedSteps:All') returning 1) select count(*)
                from gone
            """
        );
        await _test.Store.Storage.ApplyAllConfiguredChangesToDatabaseAsync();
        await _daemon.StartAllAsync();

        Assert.Equal(right, await Contents());
    }

    [Fact]
    public async Task At_an_instant_the_outcome_that_was_logged_last_of_those_known_by_then_stands_with_its_last_generation()
    {
        await Ask("q", "europe");
        await Ask("r", "asia");
        await Claim("q", new QuestionResolved("yes", Opening.AddDays(6), "r", ["e"], "p", "c"), recordedAt: 1);
        await Score("q", 1, "yes", recordedAt: 1, Row("ana", 0.1), Row("bea", 0.2));
        await Claim("q", new ResolutionTakenBack("r", "c", null, null, Opening.AddDays(9), Imported: true), recordedAt: 2);
        await Score("q", 2, "unresolved", recordedAt: 2);
        await Claim("q", new QuestionResolved("no", Opening.AddDays(7), "r", ["e"], "p", "c"), recordedAt: 3);
        await Score("q", 3, "no", recordedAt: 3, Row("ana", 0.7));
        await Score("q", 4, "no", recordedAt: 4, Row("ana", 0.7), Row("cai", 0.8));

        Assert.Empty(await Shown(new PointInTime(Opening.AddDays(6).AddTicks(-10))));
        Assert.Equal([("ana", 0.1), ("bea", 0.2)], await Shown(new PointInTime(Opening.AddDays(6))));
        // Known earlier than what it follows in the log, it stands from then on; what was taken back between them is over.
        Assert.Equal([("ana", 0.7), ("cai", 0.8)], await Shown(new PointInTime(Opening.AddDays(7))));
        Assert.Equal([("ana", 0.7), ("cai", 0.8)], await Shown(new PointInTime(Opening.AddDays(9))));
        Assert.Equal([("ana", 0.1), ("bea", 0.2)], await Shown(new PointInTime(KnownAt: Recorded(1))));
        Assert.Empty(await Shown(new PointInTime(KnownAt: Recorded(1).AddTicks(-10))));
        Assert.Empty(await Shown(new PointInTime(KnownAt: Recorded(2))));
        Assert.Equal([("ana", 0.7)], await Shown(new PointInTime(KnownAt: Recorded(3))));
        Assert.Equal([("ana", 0.1), ("bea", 0.2)], await Shown(new PointInTime(Opening.AddDays(8), Recorded(2))));
        Assert.Empty(await Shown(new PointInTime(Opening.AddDays(9), Recorded(2))));
        Assert.Equal([("ana", 0.7)], await Shown(new PointInTime(Opening.AddDays(8), Recorded(3))));
    }

    [Fact]
    public async Task What_was_recorded_by_an_instant_keeps_its_version_whatever_comes_later()
    {
        await Ask("q");
        await Claim("q", new QuestionResolved("yes", Opening.AddDays(6), "r", ["e"], "p", "c"), recordedAt: 1);
        await Score("q", 1, "yes", recordedAt: 1, Row("ana", 0.1));
        var then = new PointInTime(KnownAt: Recorded(1));
        var (version, present) = (await Version(then), await Version(PointInTime.Present));

        await Claim("q", new ResolutionCorrected("no", Opening.AddDays(7), "r", ["e"], "p", "c"), recordedAt: 2);
        await Score("q", 2, "no", recordedAt: 2, Row("ana", 0.7));

        Assert.Equal(version, await Version(then));
        Assert.NotEqual(present, await Version(PointInTime.Present));
        Assert.Equal(await Version(PointInTime.Present), await Version(new PointInTime(Opening.AddDays(6))));

        async Task<long> Version(PointInTime at)
        {
            await using var snapshot = await Snapshot(at);
            return await snapshot.LastChangeAsync(default);
        }
    }

    private static DateTimeOffset Recorded(int day) => Opening.AddYears(1).AddDays(day);

    private async Task Claim(string slug, object outcome, int recordedAt = 0)
    {
        await using var session = _test.Store.LightweightSession();
        var stream = StreamKeys.Question(slug);
        session.Append(stream, (await session.Events.FetchStreamAsync(stream))[^1].Version, [outcome], Recorded(recordedAt));
        await session.SaveChangesAsync();
    }

    private async Task<(string Forecaster, double Brier)[]> Shown(PointInTime at)
    {
        await using var snapshot = await Snapshot(at);
        var rows = await snapshot.ScoresAsync(
            BrierFinal,
            "consensus:median",
            new ScoreFilter(),
            [ForecasterKind.Person],
            null,
            ImportedScope.Include,
            pairs: false,
            default
        );
        // A board has the same rows in columns, whether or not they are joined to their questions to be narrowed.
        foreach (var filter in new[] { new ScoreFilter(), new ScoreFilter(From: Opening.AddYears(-1)) })
        {
            foreach (var imported in Enum.GetValues<ImportedScope>())
            {
                var one = await snapshot.ScoresAsync(BrierFinal, "bea", filter, [ForecasterKind.Person], null, imported, pairs: false, default);
                var board = await snapshot.BoardAsync(BrierFinal, filter, [ForecasterKind.Person], imported, default);
                Assert.Equal(
                    one.Select(r => (r.Forecaster.Value, r.Kind, r.Question.Value, r.Score, r.Coverage)).Order(),
                    board.Forecasters.SelectMany(f => f.Questions.Select((q, i) => (f.Forecaster, f.Kind, board.Questions[q], f.Scores[i], f.Coverages[i])))
                );
            }
        }

        return [.. rows.Select(r => (r.Forecaster.Value, r.Score)).OrderBy(r => r.Value, StringComparer.Ordinal)];
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
                || (select string_agg(c::text, '|' order by sequence) from forecasts.view_outcome_claims c)
                || (select string_agg(g::text, '|' order by sequence) from forecasts.view_generations g)
                || coalesce((select string_agg(i::text, '|' order by question, forecaster, recorded_at) from forecasts.view_imported_steps i), '')
            """
        );
    }
}
