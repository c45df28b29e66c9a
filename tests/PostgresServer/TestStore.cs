using Marten;
using Npgsql;
using Store;

namespace PostgresServer;

/// <summary>The product's event store, all its tables made, on a database of one's own.</summary>
public sealed class TestStore : IAsyncDisposable
{
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

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await Source.DisposeAsync();
        await Database.DisposeAsync();
    }
}
