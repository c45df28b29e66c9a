using EmbeddedPostgres;

namespace Api.Running;

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

    public static async Task<EmbeddedMode> StartAsync(IConfiguration configuration, LogLevel from = LogLevel.Information)
    {
        var folder = Path.GetFullPath(configuration["Embedded:DataDirectory"] ?? ".data");
        Directory.CreateDirectory(folder);
        var logging = LoggerFactory.Create(l => l.SetMinimumLevel(from).AddSimpleConsole(o => o.SingleLine = true));
        try
        {
            var server = await EmbeddedPostgresServer.StartAsync(
                new EmbeddedPostgresOptions { DataDirectory = Path.Combine(folder, "postgres"), Port = configuration.GetValue("Embedded:Port", 0) },
                logging.CreateLogger("PostgreSQL"),
                CancellationToken.None);
            return new EmbeddedMode(server, await server.CreateDatabaseIfMissingAsync("forecasts", CancellationToken.None), folder, logging);
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            Environment.Exit(1);
            throw;
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
