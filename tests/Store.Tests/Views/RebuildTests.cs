using System.Collections.Concurrent;
using Domain;
using Domain.Forecasts;
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
using Store.Scoring;
using Store.Views;
using Store.Views.Rebuilding;

namespace Store.Tests.Views;

/// <summary>A rebuild of the views under writes, and one that is cut off.</summary>
public sealed class RebuildTests : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private TestStore _test = null!;
    private IProjectionDaemon _daemon = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Rebuild Rebuild => new(_test.Source, _test.Store);

    public async ValueTask InitializeAsync()
    {
        _test = await TestStore.CreateAsync();
        _daemon = await _test.DaemonAsync();
    }

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Fact]
    public async Task Rebuilt_under_writes_every_row_is_what_a_fresh_projection_of_all_events_gives()
    {
        await _daemon.StartAllAsync();
        for (var q = 0; q < 5; q++)
            await AskAsync($"q-{q}");
        await CaughtUpAsync();
        var schema = await SchemaAsync();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var writers = Enumerable.Range(0, 4).Select(w => Task.Run(() => WriteAsync(w, enough.Token), Token)).ToList();
        var reader = Task.Run(() => ReadAsync(enough.Token), Token);

        for (var run = 0; run < 4; run++)
        {
            var rebuilt = await Rebuild.RunAsync(null, null, Token);
            Assert.Equal(RebuiltView.All, rebuilt!.Select(r => r.View));
            Assert.All(rebuilt!, r => Assert.True(r.Changed is null or 0, $"{r.View} changed {r.Changed} documents that were right."));
        }

        await enough.CancelAsync();
        await Task.WhenAll(writers);
        Assert.True(await reader > 0);
        await CaughtUpAsync();
        var after = await ContentsAsync();
        Assert.Equal(schema, await SchemaAsync());
        await _test.Store.Storage.Database.AssertDatabaseMatchesConfigurationAsync(Token);

        foreach (var table in new[] { "questions", "score_rows", "forecasters", "forecast_steps", "outcome_claims", "generations", "imported_steps" })
        {
            Assert.NotEqual(
                0,
                await _test.Database.ScalarAsync<long>($"with gone as (delete from forecasts.view_{table} returning 1) select count(*) from gone")
            );
        }

        await _daemon.RewindSubscriptionAsync(ScoreRowsView.ShardName, Token, sequenceFloor: 0);
        await _daemon.RewindSubscriptionAsync(ForecastStepsView.ShardName, Token, sequenceFloor: 0);
        await _daemon.RewindSubscriptionAsync(GenerationsView.ShardName, Token, sequenceFloor: 0);
        await _daemon.RewindSubscriptionAsync(ImportedStepsView.ShardName, Token, sequenceFloor: 0);
        await CaughtUpAsync();
        Assert.Equal(await ContentsAsync(), after);
        var drafts = await _test.Database.ScalarAsync<string>(
            """
            select string_agg(distinct concat_ws(' ', type, options, tags, question_group, range_min, range_max, open_lower, open_upper,
                opens_at at time zone 'UTC', closes_at at time zone 'UTC'), ';')
            from forecasts.view_questions where question like 'd-%'
            """
        );
        Assert.Contains("Numeric {} {} 0 9 t f 2024-01-02 00:00:00 2024-01-10 00:00:00", drafts, StringComparison.Ordinal);
        Assert.Equal(
            await _test.Database.ScalarAsync<long>("select count(*) from forecasts.mt_events where type in ('forecast_submitted', 'forecast_revised')"),
            await _test.Database.ScalarAsync<long>("select count(*) from forecasts.view_forecast_steps")
        );
    }

    [Fact]
    public async Task Cut_off_it_leaves_the_old_views_answering_and_given_again_it_completes()
    {
        await _daemon.StartAllAsync();
        await AskAsync("q");
        await SubmitAsync("q", "ana", 1);
        await ScoreAsync("q", 1, "ana");
        await CaughtUpAsync();
        var right = await ContentsAsync();
        await _test.Database.ScalarAsync<string>("update forecasts.view_score_rows set coverage = 0.75 returning question");
        await _test.Database.ScalarAsync<string>("update forecasts.view_forecast_steps set yes = 0.75 returning question");
        var spoilt = await ContentsAsync();
        Assert.NotEqual(right, spoilt);

        await using (await _test.Database.HoldAsync("lock table forecasts.view_questions, forecasts.view_forecast_steps in access share mode"))
        {
            using var cut = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var reports = new Reports();
            var running = Rebuild.RunAsync(null, reports, cut.Token);
            await Patience.UntilAsync(async () =>
                running.IsCompleted
                || (
                    reports.Ended(RebuiltView.ScoreRows)
                    && reports.Ended(RebuiltView.ForecastSteps)
                    && await _test.Database.ScalarAsync<long>("select count(*) from pg_locks where mode = 'AccessExclusiveLock' and not granted") > 0
                )
            );
            Assert.Null(await Rebuild.RunAsync(null, null, Token));
            await cut.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        }

        Assert.Equal(spoilt, await ContentsAsync());
        Assert.NotNull(await Rebuild.RunAsync(null, null, Token));
        Assert.Equal(right, await ContentsAsync());
        Assert.Equal(0, await _test.Database.ScalarAsync<long>("select count(*) from pg_namespace where nspname like '%rebuild%'"));

        // The daemon goes on where it was, on the tables that took the place of the others.
        await SubmitAsync("q", "bea", 1);
        await CaughtUpAsync();
        Assert.Equal(2, await _test.Database.ScalarAsync<long>("select count(*) from forecasts.view_forecast_steps"));
    }

    [Fact]
    public async Task Before_the_daemon_has_read_anything_there_is_nothing_to_build_and_nothing_is_lost()
    {
        await AskAsync("q");
        await SubmitAsync("q", "ana", 1);
        await ScoreAsync("q", 1, "ana");

        Assert.Equal([1, 0, 0, 0, 0, 0], (await Rebuild.RunAsync(null, null, Token))!.Select(r => r.Done));

        await _daemon.StartAllAsync();
        await CaughtUpAsync();
        Assert.Equal(1, await _test.Database.ScalarAsync<long>("select count(*) from forecasts.view_score_rows"));
        Assert.Equal([7, 7, 7, 7], (await Rebuild.RunAsync(null, null, Token))!.Skip(2).Select(r => r.Done));
    }

    [Fact]
    public async Task Documents_that_were_lost_or_changed_are_made_anew_from_their_events()
    {
        foreach (var slug in new[] { "q", "r", "s" })
            await AskAsync(slug);
        const string picture =
            "select md5(string_agg(concat(id, data, mt_version, mt_dotnet_type, status, slug), '|' order by id)) from forecasts.mt_doc_question";
        var before = await _test.Database.ScalarAsync<string>(picture);
        await _test.Database.ScalarAsync<string>(
            "update forecasts.mt_doc_question set data = jsonb_set(data, '{title}', '\"Other\"') where slug = 'q' returning id"
        );
        await _test.Database.ScalarAsync<string>("delete from forecasts.mt_doc_question where slug = 'r' returning id");
        Assert.NotEqual(before, await _test.Database.ScalarAsync<string>(picture));

        var reports = new Reports();
        Assert.Equal([new(RebuiltView.Questions, 3, 2)], Told(await Rebuild.RunAsync(RebuiltView.Questions, reports, Token)));

        Assert.Equal(before, await _test.Database.ScalarAsync<string>(picture));
        Assert.Contains(new RebuildProgress(RebuiltView.Questions, 3, 2, 3), reports.All);
        Assert.Equal([0, 0], (await Rebuild.RunAsync(null, null, Token))!.Take(2).Select(r => r.Changed));

        static IEnumerable<(string, long, long?)> Told(IReadOnlyList<RebuildResult>? results) => results!.Select(r => (r.View, r.Done, r.Changed));
    }

    private async Task AskAsync(string slug)
    {
        await using var session = _test.Store.LightweightSession();
        session.Start<Question>(
            StreamKeys.Question(slug),
            [
                Drafts.Binary(slug, At) with
                {
                    Tags = ["a", "b"],
                },
                new QuestionOpened(At),
                new CloseRescheduled(At.AddDays(8), "sooner"),
                new QuestionResolved("no", At.AddDays(5), "r", ["e"], "p", "c"),
                new ResolutionCorrected("yes", At.AddDays(6), "r", ["e"], "p", "c"),
            ],
            At
        );
        await session.SaveChangesAsync(Token);
    }

    /// <summary>Gives a question that <see cref="AskAsync"/> asked other tags twice, and a group.</summary>
    private async Task EditAsync(string slug)
    {
        await using var session = _test.Store.LightweightSession();
        session.Append(
            StreamKeys.Question(slug),
            5,
            [
                new QuestionEdited(new QuestionFields(Tags: ["a", "b"]), new QuestionFields(Tags: ["b"], Group: "g")),
                new QuestionEdited(new QuestionFields(Tags: ["b"]), new QuestionFields(Tags: ["c", "a"])),
            ],
            At
        );
        await session.SaveChangesAsync(Token);
    }

    /// <summary>Drafts a question whose close is edited and moved in turn, and makes another type of it.</summary>
    private async Task DraftAsync(string slug, bool dropped)
    {
        await using var session = _test.Store.LightweightSession();
        var draft = Drafts.Binary(slug, At) with { Group = "g" };
        object[] events =
        [
            draft,
            new CloseRescheduled(At.AddDays(8), "sooner"),
            new QuestionEdited(
                new QuestionFields(Type: QuestionType.Binary, Options: ["yes", "no"], ClosesAt: At.AddDays(8), Group: "g"),
                new QuestionFields(Type: QuestionType.Numeric, Options: [], Range: new QuestionRange(0, 9, true, false), ClosesAt: At.AddDays(6))
            ),
            new QuestionEdited(new QuestionFields(ClosesAt: At.AddDays(6)), new QuestionFields(ClosesAt: At.AddDays(7), OpensAt: At.AddDays(1))),
            .. dropped ? (object[])[new DraftDropped(At)] : [new CloseRescheduled(At.AddDays(9), "later")],
        ];
        session.Start<Question>(StreamKeys.Question(slug), events[..2], At);
        await session.SaveChangesAsync(Token);
        session.Append(StreamKeys.Question(slug), 2, events[2..], At);
        await session.SaveChangesAsync(Token);
    }

    private async Task SubmitAsync(string slug, string analyst, long version)
    {
        await using var session = _test.Store.LightweightSession();
        var (stream, statement) = (StreamKeys.Forecast(new QuestionSlug(slug), new ForecasterName(analyst)), new Statement(Probability: 1 / (version + 2.0)));
        if (version == 1)
            session.Start<Forecast>(
                stream,
                [new ForecastSubmitted(new(slug), new(analyst), ForecasterKind.Person, At.AddMinutes(version), statement, null, [], null)],
                At
            );
        else
            session.Append(
                stream,
                version - 1,
                [
                    new ForecastRevised(
                        new(slug),
                        new(analyst),
                        ForecasterKind.Person,
                        At.AddMinutes(version),
                        statement,
                        "why",
                        [],
                        At.AddDays(9),
                        Imported: true
                    ),
                ],
                At
            );
        await session.SaveChangesAsync(Token);
    }

    private async Task ScoreAsync(string slug, int generation, params string[] forecasters)
    {
        await using var session = _test.Store.LightweightSession();
        var rows = forecasters
            .Select(f => new ScoreRow(
                f,
                ForecasterKind.Person,
                0.5,
                generation,
                new Dictionary<string, double?> { ["brier.final"] = 1.0 / (generation + 2), ["peer"] = null },
                new Dictionary<string, string> { ["peer"] = "alone" }
            ))
            .ToList();
        var scored = new QuestionScored(slug, generation, "1", GenerationTrigger.Resolution, long.MaxValue, generation, "yes", At.AddDays(6), rows);
        if (generation == 1)
            session.Start<Scorings>(StreamKeys.Scoring(slug), [scored], At);
        else
            session.Append(StreamKeys.Scoring(slug), generation - 1, [scored], At);
        await session.SaveChangesAsync(Token);
    }

    /// <summary>Asks, submits, revises and scores until it is told to stop, in the way of nobody else.</summary>
    private async Task WriteAsync(int writer, CancellationToken enough)
    {
        for (var n = 1; !enough.IsCancellationRequested; n++)
        {
            await AskAsync($"w-{writer}-{n}");
            for (var version = 1; version <= 3; version++)
                await SubmitAsync($"w-{writer}-{n}", $"p-{writer}", version);
            await SubmitAsync($"q-{writer}", $"p-{n}", 1);
            await ScoreAsync($"w-{writer}-{n}", 1, $"p-{writer}", "both");
            await EditAsync($"w-{writer}-{n}");
            await DraftAsync($"d-{writer}-{n}", dropped: n % 2 == 0);
            if (n % 3 == 0)
                await ScoreAsync($"w-{writer}-{n}", 2, "both");
            await ScoreAsync($"q-{writer}", n, [.. Enumerable.Range(1, n % 5).Select(i => $"p-{i}")]);
        }
    }

    /// <summary>Reads snapshots, and sees that none knows less than one before it, and that each hangs together.</summary>
    private async Task<int> ReadAsync(CancellationToken enough)
    {
        var views = new ScoreViewReader(_test.Source);
        var (reads, change, step) = (0, 0L, 0L);
        while (!enough.IsCancellationRequested)
        {
            await using var snapshot = await views.OpenAsync(Token);
            var reached = await snapshot.StepsReachedAsync(Token);
            var last = await snapshot.LastStepAsync("p-1", Token) ?? 0;
            var changed = await snapshot.LastChangeAsync(Token);
            Assert.True(changed >= change, $"A change at {change} was known, and then only {changed}.");
            Assert.True(last >= step && last <= reached, $"A step at {step} was known, and then {last} of {reached}.");
            (reads, change, step) = (reads + 1, changed, last);
        }

        return reads;
    }

    private Task CaughtUpAsync() => _test.Store.WaitForNonStaleProjectionDataAsync(TimeSpan.FromMinutes(3));

    private Task<string> ContentsAsync() =>
        _test.Database.ScalarAsync<string>(
            """
            select concat((select string_agg(q::text, E'\n' order by question) from forecasts.view_questions q),
                (select string_agg(r::text, E'\n' order by question, forecaster) from forecasts.view_score_rows r),
                (select string_agg(f::text, E'\n' order by forecaster) from forecasts.view_forecasters f),
                (select string_agg(s::text, E'\n' order by sequence) from forecasts.view_forecast_steps s),
                (select string_agg(c::text, E'\n' order by sequence) from forecasts.view_outcome_claims c),
                (select string_agg(g::text, E'\n' order by sequence) from forecasts.view_generations g),
                (select string_agg(i::text, E'\n' order by question, forecaster, recorded_at) from forecasts.view_imported_steps i))
            """
        );

    private Task<string> SchemaAsync() =>
        _test.Database.ScalarAsync<string>(
            """
            select (select string_agg(indexdef, E'\n' order by indexname) from pg_indexes where schemaname = 'forecasts' and tablename like 'view_%')
                || (select string_agg(concat_ws(' ', table_name, column_name, data_type, is_nullable), E'\n' order by table_name, ordinal_position)
                    from information_schema.columns where table_schema = 'forecasts' and table_name like 'view_%')
            """
        );

    private sealed class Reports : IProgress<RebuildProgress>
    {
        private readonly ConcurrentQueue<RebuildProgress> _all = new();

        public IReadOnlyCollection<RebuildProgress> All => _all;

        public void Report(RebuildProgress value) => _all.Enqueue(value);

        public bool Ended(string view) => _all.Any(r => r.View == view && r.Done == r.Of && r.Of > 0);
    }
}
