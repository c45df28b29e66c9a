using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Generations;
using JasperFx;
using JasperFx.Events;
using Marten;
using Npgsql;
using PostgresServer;
using Store.Appending;
using Store.Events;

namespace Store.Tests.Appending;

/// <summary>Appending many events at once leaves what the event store's own append leaves.</summary>
public sealed class BulkAppendTests : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string Key = StreamKeys.Forecast(new QuestionSlug("q"), new ForecasterName("ana"));

    private TestStore _test = null!;

    public async ValueTask InitializeAsync() => _test = await TestStore.CreateAsync();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    private static ForecastSubmitted Submitted(double p) =>
        new(new("q"), new("ana"), ForecasterKind.Person, At, new Statement(Probability: p), null, [], null, Imported: true);

    private static ForecastRevised Revised(double p) =>
        new(new("q"), new("ana"), ForecasterKind.Person, At, new Statement(Probability: p), null, [], null, Imported: true);

    private async Task AppendAsync(string key, long found, Func<Task>? meanwhile, params object[] events)
    {
        await using var connection = await _test.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var append = new BulkAppend(_test.Store, transaction, new BulkOrigin("ann", "trace", "import/1", At));
        var head = new StreamHead(key, typeof(Forecast), found);
        foreach (var e in events)
            append.Add(head, e);
        if (meanwhile is not null)
            await meanwhile();
        await append.WriteAsync(TestContext.Current.CancellationToken);
        await transaction.CommitAsync();
    }

    private async Task AppendLiveAsync(string key, long version, object e)
    {
        await using var session = _test.Store.LightweightSession();
        session.LastModifiedBy = "ann";
        session.CorrelationId = "trace";
        session.CausationId = "import/1";
        if (version == 0)
            session.Start<Forecast>(key, [e], At);
        else
            session.Append(key, version, [e], At);
        await session.SaveChangesAsync();
    }

    [Fact]
    public async Task It_leaves_the_tables_as_the_stores_own_append_does()
    {
        var live = StreamKeys.Forecast(new QuestionSlug("q"), new ForecasterName("ben"));
        await AppendLiveAsync(live, 0, Submitted(0.1));
        await AppendLiveAsync(live, 1, Revised(0.2));
        await AppendAsync(Key, 0, null, Submitted(0.1));
        await AppendAsync(Key, 1, null, Revised(0.2));

        const string columns =
            "version, data, bdata, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id, user_name, is_skipped, is_archived";
        Assert.Equal(
            2,
            await _test.Database.ScalarAsync<long>(
                $"select count(*) from (select {columns} from forecasts.mt_events where stream_id = '{live}' intersect all select {columns} from "
                    + $"forecasts.mt_events where stream_id = '{Key}') same"
            )
        );
        Assert.Equal(
            1,
            await _test.Database.ScalarAsync<long>(
                "select count(distinct (type, version, tenant_id, compacted_version, is_archived)) from forecasts.mt_streams"
            )
        );
        Assert.Equal(4, await _test.Database.ScalarAsync<long>("select max(seq_id) from forecasts.mt_events"));
        await using var session = _test.Store.QuerySession();
        Assert.Equal(0.2, (await session.Events.AggregateStreamAsync<Forecast>(Key))!.Standing!.Probability);
    }

    [Fact]
    public async Task Texts_longer_than_what_is_sent_at_once_and_in_any_script_come_in_whole()
    {
        var rationale = string.Concat(Enumerable.Repeat("ein Grund \"in\" Worten, 理由, \ud83c\udf27\n", 20_000));
        var long1 = Submitted(0.1) with { Rationale = rationale };
        await AppendAsync(
            Key,
            0,
            null,
            [long1, .. Enumerable.Range(0, 2_000).Select(i => (object)(Revised(i / 2_000.0) with { Rationale = rationale[..(i % 700)] }))]
        );

        await using var session = _test.Store.QuerySession();
        var events = await session.Events.FetchStreamAsync(Key);
        Assert.Equal(rationale, ((ForecastSubmitted)events[0].Data).Rationale);
        Assert.Equal(
            Enumerable.Range(0, 2_000).Select(i => (i / 2_000.0, i % 700)),
            events.Skip(1).Select(e => (((ForecastRevised)e.Data).Statement.Probability!.Value, ((ForecastRevised)e.Data).Rationale!.Length))
        );
    }

    [Fact]
    public void The_json_that_is_copied_is_what_the_stores_serialiser_writes()
    {
        object[] events =
        [
            Submitted(0.1 + 0.2) with
            {
                Rationale = "<ein Grund> & \"mehr\", 理由 \ud83c\udf27",
                Evidence = ["a", "é"],
                ExpiresAt = At.AddTicks(1_234_567),
            },
            Revised(1e-7) with
            {
                Statement = new Statement(Quantiles: [new Quantile(0.1, -1e300), new Quantile(0.9, 5)]),
                Kind = ForecasterKind.Bot,
            },
            Revised(0.5) with
            {
                Statement = new Statement(Probability: 0.5, Verbal: new VerbalStatement("about even", "s", "1", 0.4, 0.6)),
                MadeAt = At.ToOffset(TimeSpan.FromHours(2)),
            },
            new ForecastWithdrawn(new("q"), new("ana"), ForecasterKind.Document, At, Imported: true),
            new QuestionScored(
                "q",
                2,
                "1",
                GenerationTrigger.Correction,
                7,
                9,
                "no \u2713",
                At.AddTicks(1),
                [
                    new ScoreRow(
                        "ana",
                        ForecasterKind.Reference,
                        1.0 / 3,
                        2,
                        new Dictionary<string, double?> { ["brier.final"] = 1e-7, ["peer"] = null },
                        new Dictionary<string, string> { ["Peer"] = "alone <1>" }
                    ),
                ]
            ),
        ];
        var serializer = _test.Store.Options.Serializer();

        Assert.Equal(events.Select(serializer.ToJson), events.Select(e => System.Text.Encoding.UTF8.GetString(EventJson.Write(e))));
    }

    [Fact]
    public async Task A_stream_that_a_live_writer_moved_meanwhile_fails_it_and_nothing_is_appended()
    {
        await AppendAsync(Key, 0, null, Submitted(0.1));

        await Assert.ThrowsAsync<StreamMovedException>(() => AppendAsync(Key, 1, () => AppendLiveAsync(Key, 1, Revised(0.2)), Revised(0.3), Revised(0.4)));
        await Assert.ThrowsAsync<StreamMovedException>(() =>
            AppendAsync("forecast/q/cid", 0, () => AppendLiveAsync("forecast/q/cid", 0, Submitted(0.2)), Submitted(0.3))
        );

        Assert.Equal(3, await _test.Database.ScalarAsync<long>("select count(*) from forecasts.mt_events"));
    }

    [Fact]
    public async Task A_live_writer_that_a_bulk_append_was_quicker_than_is_refused()
    {
        await AppendAsync(Key, 0, null, Submitted(0.1));
        await AppendAsync(Key, 1, null, Revised(0.2));

        await Assert.ThrowsAnyAsync<Exception>(() => AppendLiveAsync(Key, 1, Revised(0.3)));

        Assert.Equal(2, await _test.Database.ScalarAsync<long>("select count(*) from forecasts.mt_events"));
    }

    [Fact]
    public void Every_document_that_is_kept_with_its_stream_is_one_that_bulk_appends_keep()
    {
        var inline = _test
            .Store.Options.Projections.All.Where(p => p.Lifecycle == JasperFx.Events.Projections.ProjectionLifecycle.Inline)
            .Select(p => p.Name)
            .Order();
        Assert.Equal(["Analyst", "Question"], inline.Select(n => n.Split('.')[^1]));
    }
}
