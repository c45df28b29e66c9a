using EmbeddedPostgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace PostgresServer;

/// <summary>
/// A database of one's own on a real PostgreSQL: the one that <c>ConnectionStrings__Forecasts</c> names, else a throw-away cluster that this
/// test process shares and that ends with it.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> Server = new(StartAsync);

    private readonly string _server;
    private readonly string _name;

    private TestDatabase(string server, string name) => (_server, _name) = (server, name);

    public string ConnectionString =>
        new NpgsqlConnectionStringBuilder(_server)
        {
            Database = _name,
            Pooling = true,
            MaxPoolSize = 30,
        }.ConnectionString;

    /// <summary>Makes a database, by default as the server makes them.</summary>
    /// <param name="locale">A collation of its own, by which strings are compared otherwise than byte by byte; ICU's, since every server has those.</param>
    public static async Task<TestDatabase> CreateAsync(string? locale = null)
    {
        var database = new TestDatabase(await Server.Value, "test_" + Guid.NewGuid().ToString("N"));
        var collation = locale is null ? "" : $" locale_provider icu icu_locale '{locale}' template template0 encoding 'UTF8'";
        await ExecuteAsync(database._server, $"create database {database._name}{collation}");
        return database;
    }

    /// <summary>What a query's first column of its first row holds, read beside the product.</summary>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is var value and not DBNull ? (T)value! : default!;
    }

    /// <summary>Runs a statement, and keeps its transaction open until what is returned is disposed of.</summary>
    public async Task<IAsyncDisposable> HoldAsync(string sql)
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await ExecuteAsync(_server, $"drop database {_name} with (force)");
    }

    private static async Task ExecuteAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("ConnectionStrings__Forecasts") is { Length: > 0 } given)
            return given;
        var folder = ThrowAwayFolder.Make();
        var server = await EmbeddedPostgresServer.StartAsync(
            new EmbeddedPostgresOptions { DataDirectory = Path.Combine(folder, "postgres"), Durable = false },
            NullLogger.Instance,
            CancellationToken.None
        );
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
            Directory.Delete(folder, recursive: true);
        };
        try
        {
            // As the product's own cluster compresses, where the server was built with it.
            await ExecuteAsync(server.ConnectionString, "alter role current_user set default_toast_compression = 'lz4'");
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidParameterValue or PostgresErrorCodes.UndefinedObject) { }
        return server.ConnectionString;
    }
}
