using System.Globalization;
using EmbeddedPostgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Benchmarks;

/// <summary>A PostgreSQL of the measurement's own, which writes every commit through to the disk as in production.</summary>
internal sealed class DurableServer : IAsyncDisposable
{
    private readonly EmbeddedPostgresServer _server;
    private readonly bool _isTemporary;

    private DurableServer(EmbeddedPostgresServer server, string folder, string database, bool isTemporary) =>
        (_server, Folder, Database, _isTemporary) = (server, folder, database, isTemporary);

    /// <summary>The folder in which the cluster lies, and in which there is room for files beside it.</summary>
    public string Folder { get; }

    /// <summary>The connection string of the database that is measured.</summary>
    public string Database { get; }

    /// <summary>The connection string of the role that may do everything.</summary>
    public string Superuser => _server.ConnectionString;

    /// <summary>The process that is the parent of all others of the server.</summary>
    public int Postmaster => int.Parse(File.ReadLines(Path.Combine(Folder, "postgres", "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>Starts a server in a new folder, which goes with it.</summary>
    public static Task<DurableServer> StartAsync() => StartAsync(Directory.CreateTempSubdirectory("forecasts-bench-").FullName, isTemporary: true);

    /// <summary>Starts a server in a folder that stays.</summary>
    public static Task<DurableServer> StartInAsync(string folder) => StartAsync(Directory.CreateDirectory(folder).FullName, isTemporary: false);

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await _server.DisposeAsync();
        if (_isTemporary)
            Directory.Delete(Folder, recursive: true);
    }

    private static async Task<DurableServer> StartAsync(string folder, bool isTemporary)
    {
        // As root, the server runs as another user, who has to reach its folder.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
        var server = await EmbeddedPostgresServer.StartAsync(
            new EmbeddedPostgresOptions { DataDirectory = Path.Combine(folder, "postgres") },
            NullLogger.Instance,
            CancellationToken.None
        );
        return new DurableServer(server, folder, await server.CreateDatabaseIfMissingAsync("bench", CancellationToken.None), isTemporary);
    }
}
