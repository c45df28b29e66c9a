using Microsoft.Extensions.Logging;

namespace EmbeddedPostgres;

/// <summary>Running on a PostgreSQL of our own, which listens on the loopback alone and ends with this process.</summary>
public sealed class EmbeddedMode : IAsyncDisposable
{
    private readonly EmbeddedPostgresServer _server;
    private readonly ILoggerFactory _logging;

    private EmbeddedMode(EmbeddedPostgresServer server, string connectionString, string folder, ILoggerFactory logging) =>
        (_server, ConnectionString, Folder, _logging) = (server, connectionString, folder, logging);

    public string ConnectionString { get; }

    /// <summary>The folder <c>.data</c>: the cluster, and the owner's token.</summary>
    public string Folder { get; }

    public string TokenFile => Path.Combine(Folder, "token");

    /// <summary>Starts the server on a folder, which is made where it is missing.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="port">The port to listen on; 0 for a free one.</param>
    /// <param name="logging">Where the server's log is shown; it ends with what is returned.</param>
    /// <exception cref="StartException">There is no PostgreSQL to run, or it did not start.</exception>
    public static async Task<EmbeddedMode> StartAsync(string folder, int port, ILoggerFactory logging)
    {
        DataFolder.Make(folder);
        try
        {
            var server = await EmbeddedPostgresServer.StartAsync(
                new EmbeddedPostgresOptions { DataDirectory = Path.Combine(folder, "postgres"), Port = port },
                logging.CreateLogger("PostgreSQL"),
                CancellationToken.None
            );
            return new EmbeddedMode(server, await server.CreateDatabaseIfMissingAsync("forecasts", CancellationToken.None), folder, logging);
        }
        catch (InvalidOperationException e)
        {
            throw new StartException(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            throw new StartException(
                $"PostgreSQL could not be started in {folder}: {e.Message}. Name another folder by --Embedded:DataDirectory, or set "
                    + "ConnectionStrings__Forecasts to a database of yours."
            );
        }
    }

    /// <summary>Whether the database's server runs, as far as is known.</summary>
    public bool Runs => _server.Runs;

    /// <inheritdoc cref="EmbeddedPostgresServer.SuperviseAsync"/>
    public Task SuperviseAsync(TimeSpan patience) => _server.SuperviseAsync(patience);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _logging.Dispose();
    }
}
