using JasperFx.Events.Daemon;
using Marten;
using Npgsql;
using Store;

namespace PostgresServer;

/// <summary>The product's event store, all its tables made, on a database of one's own.</summary>
public sealed class TestStore : IAsyncDisposable
{
    private IProjectionDaemon? _daemon;

    private TestStore(TestDatabase database, NpgsqlDataSource source, DocumentStore store) => (Database, Source, Store) = (database, source, store);

    public TestDatabase Database { get; }

    public NpgsqlDataSource Source { get; }

    public DocumentStore Store { get; }

    public static async Task<TestStore> CreateAsync()
    {
        var database = await TestDatabase.CreateAsync();
        var source = NpgsqlDataSource.Create(database.ConnectionString);
        var store = DocumentStore.For(options =>
        {
            ForecastStore.Configure(options);
            options.Connection(source);
        });
        await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync();
        return new TestStore(database, source, store);
    }

    /// <summary>A daemon over the store, which stops when the store goes.</summary>
    public async Task<IProjectionDaemon> DaemonAsync() => _daemon ??= await Store.BuildProjectionDaemonAsync();

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
            await _daemon.StopAllAsync();
        _daemon?.Dispose();
        await Store.DisposeAsync();
        await Source.DisposeAsync();
        await Database.DisposeAsync();
    }
}
