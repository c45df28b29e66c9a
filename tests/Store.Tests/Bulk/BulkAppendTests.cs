using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using JasperFx;
using JasperFx.Events;
using Marten;
using Npgsql;
using PostgresServer;
using Store.Bulk;

namespace Store.Tests.Bulk;

public sealed class BulkAppendTests : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string Key = StreamKeys.Forecast("q", "ana");

    private TestStore _test = null!;

    public async ValueTask InitializeAsync() => _test = await TestStore.CreateAsync();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    private static ForecastSubmitted Submitted(double p) => new("q", "ana", ForecasterKind.Person, At, new Statement(Probability: p), null, [], null, Imported: true);

    private static ForecastRevised Revised(double p) => new("q", "ana", ForecasterKind.Person, At, new Statement(Probability: p), null, [], null, Imported: true);

    private async Task AppendAsync(string key, long found, Func<Task>? meanwhile, params object[] events)
    {
        await using var connection = await _test.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var append = new BulkAppend(_test.Store, transaction, new BulkOrigin("ann", "trace", "import/1", At));
        var head = new StreamHead(key, typeof(Forecast), found);
        foreach (var e in events) append.Add(head, e);
        if (meanwhile is not null) await meanwhile();
        await append.WriteAsync(TestContext.Current.CancellationToken);
        await transaction.CommitAsync();
    }

    private async Task AppendLiveAsync(string key, long version, object e)
    {
        await using var session = _test.Store.LightweightSession();
        session.LastModifiedBy = "ann";
        session.CorrelationId = "trace";
        session.CausationId = "import/1";
        if (version == 0) session.Start<Forecast>(key, [e], At);
        else session.Append(key, version, [e], At);
        await session.SaveChangesAsync();
    }

    [Fact]
    public async Task It_leaves_the_tables_as_the_stores_own_append_does()
    {
        var live = StreamKeys.Forecast("q", "ben");
        await AppendLiveAsync(live, 0, Submitted(0.1));
        await AppendLiveAsync(live, 1, Revised(0.2));
        await AppendAsync(Key, 0, null, Submitted(0.1));
        await AppendAsync(Key, 1, null, Revised(0.2));

        const string columns = "version, data, bdata, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id, user_name, is_skipped, is_archived";
        Assert.Equal(2, await _test.Database.ScalarAsync<long>(
            $"select count(*) from (select {columns} from forecasts.mt_events where stream_id = '{live}' intersect all select {columns} from forecasts.mt_events where stream_id = '{Key}') same"));
        Assert.Equal(1, await _test.Database.ScalarAsync<long>(
            "select count(distinct (type, version, tenant_id, compacted_version, is_archived)) from forecasts.mt_streams"));
        Assert.Equal(4, await _test.Database.ScalarAsync<long>("select max(seq_id) from forecasts.mt_events"));
        await using var session = _test.Store.QuerySession();
        Assert.Equal(0.2, (await session.Events.AggregateStreamAsync<Forecast>(Key))!.Standing!.Probability);
    }

    [Fact]
    public async Task A_stream_that_a_live_writer_moved_meanwhile_fails_it_and_nothing_is_appended()
    {
        await AppendAsync(Key, 0, null, Submitted(0.1));

        await Assert.ThrowsAsync<StreamMovedException>(() => AppendAsync(Key, 1, () => AppendLiveAsync(Key, 1, Revised(0.2)), Revised(0.3), Revised(0.4)));
        await Assert.ThrowsAsync<StreamMovedException>(() => AppendAsync("forecast/q/cid", 0, () => AppendLiveAsync("forecast/q/cid", 0, Submitted(0.2)), Submitted(0.3)));

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
        var inline = _test.Store.Options.Projections.All.Where(p => p.Lifecycle == JasperFx.Events.Projections.ProjectionLifecycle.Inline).Select(p => p.Name).Order();
        Assert.Equal(["Analyst", "Question", "Scorings"], inline.Select(n => n.Split('.')[^1]));
    }
}
