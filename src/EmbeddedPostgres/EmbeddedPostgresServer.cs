using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EmbeddedPostgres;

/// <summary>
/// A PostgreSQL of our own, on the loopback only, that ends with the process that started it. If that process is killed the server notices
/// that the pipe from it has closed; a server that is still running when the next process starts is taken over.
/// </summary>
public sealed class EmbeddedPostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    private readonly EmbeddedPostgresOptions _options;
    private readonly ILogger _logger;
    private readonly string _cluster;
    private readonly string _rolePassword;
    private readonly CancellationTokenSource _disposing = new();
    private Process? _keeper;
    private Task _supervision = Task.CompletedTask;

    private EmbeddedPostgresServer(
        EmbeddedPostgresOptions options,
        ILogger logger,
        string connectionString,
        string rolePassword,
        string cluster,
        Process? keeper
    ) => (_options, _logger, ConnectionString, _rolePassword, _cluster, _keeper) = (options, logger, connectionString, rolePassword, cluster, keeper);

    /// <summary>Connects to the database <c>postgres</c> as the cluster's owner, who is a superuser: for making databases, and for tests.</summary>
    public string ConnectionString { get; }

    /// <summary>Whether the server was started by another process, and taken over.</summary>
    public bool WasAdopted => _keeper is null;

    /// <summary>Whether the server runs, as far as is known: false from its end until it has been started again.</summary>
    public bool Runs { get; private set; } = true;

    /// <summary>Starts the cluster in the data folder, making it first where there is none.</summary>
    /// <exception cref="InvalidOperationException">There is no PostgreSQL to run, or it did not start; the message says what to do.</exception>
    public static async Task<EmbeddedPostgresServer> StartAsync(EmbeddedPostgresOptions options, ILogger logger, CancellationToken token)
    {
        var account = ServerAccount.Needed();
        var cluster = await ClusterFolder.PlaceAsync(Path.GetFullPath(options.DataDirectory), account, token);
        var passwordFile = Path.Combine(cluster, "owner.password");
        // Of two starts on one folder the second waits here, and then finds a server that it can take over.
        await using var alone = await StartLock.TakeAsync(cluster, token);
        var rolePassword = await DatabaseRole.PasswordAsync(cluster, token);

        // A server that does not answer is starting or stopping: it will do the one or be gone.
        while (File.Exists(passwordFile) && ClusterFolder.RunningPort(cluster) is { } runningPort)
        {
            var running = Connection(runningPort, await File.ReadAllTextAsync(passwordFile, token));
            if (await AnswersAsync(running, token))
            {
                logger.LogInformation("Took over the PostgreSQL that was running in {Folder} on port {Port}", cluster, runningPort);
                return new EmbeddedPostgresServer(options, logger, running, rolePassword, cluster, keeper: null);
            }

            await Task.Delay(20, token);
        }

        var binaries = await PostgresBinaries.ResolveAsync(token);
        if (!File.Exists(Path.Combine(cluster, "data", "PG_VERSION")))
            await ClusterInitialisation.RunAsync(binaries, cluster, passwordFile, account, logger, token);

        var connection = Connection(options.Port == 0 ? FreePort() : options.Port, await File.ReadAllTextAsync(passwordFile, token));
        var keeper =
            await LaunchAsync(binaries, cluster, connection, options.Durable, account, token)
            ?? throw new InvalidOperationException(
                $"PostgreSQL did not start in {cluster}. Its last words:{Environment.NewLine}{ClusterFolder.LastWords(cluster)}"
            );
        return new EmbeddedPostgresServer(options, logger, connection, rolePassword, cluster, keeper);
    }

    /// <summary>
    /// The connection string of a database in this cluster, which is made if it is missing. It connects as a role that owns the database and is no
    /// superuser; a database that belongs to the superuser is handed over to it.
    /// </summary>
    public Task<string> CreateDatabaseIfMissingAsync(string name, CancellationToken token) =>
        new DatabaseRole(ConnectionString, _rolePassword).OwnAsync(name, token);

    /// <summary>
    /// Starts the server again, on the same port, whenever it ends by itself: killed, crashed, stopped for want of disk space, or because the process
    /// that had started it has ended. Runs until the server is disposed of.
    /// </summary>
    /// <param name="patience">For how long starts may fail before it is given up. While a server recovers, that is not a failure.</param>
    /// <exception cref="InvalidOperationException">It was given up; the message says what the server said last.</exception>
    public Task SuperviseAsync(TimeSpan patience)
    {
        return _supervision = Supervise();

        async Task Supervise()
        {
            try
            {
                while (true)
                {
                    await EndAsync(_disposing.Token);
                    Runs = false;
                    _logger.LogWarning("The PostgreSQL in {Folder} has ended; it is started again", _cluster);
                    await StartAgainAsync(patience, _disposing.Token);
                    Runs = true;
                    _logger.LogWarning("The PostgreSQL in {Folder} runs again", _cluster);
                }
            }
            catch (OperationCanceledException) when (_disposing.IsCancellationRequested)
            {
                // It is stopped on purpose.
            }
        }
    }

    /// <summary>
    /// Stops the server and waits until it has ended. One that was taken over is left to its keeper while that lives, since another process
    /// still works on it.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync();
        await _supervision.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        NpgsqlConnection.ClearAllPools();
        if (_keeper is not null)
        {
            await StopAsync(_keeper);
        }
        else if (ClusterFolder.RunningProcess(_cluster) is { } orphan && IsOrphan(orphan.Id))
        {
            await Commands.RunAsync("kill", ["-INT", orphan.Id.ToString(CultureInfo.InvariantCulture)], CancellationToken.None);
            while (File.Exists(Path.Combine(_cluster, "data", "postmaster.pid")))
                await Task.Delay(20);
        }

        _disposing.Dispose();
    }

    /// <summary>Waits for the server's end. A keeper that was killed leaves a server behind, which counts as taken over from then on.</summary>
    private async Task EndAsync(CancellationToken token)
    {
        if (_keeper is { } keeper)
        {
            await keeper.WaitForExitAsync(token);
            _keeper = null;
            keeper.Dispose();
        }

        while (ClusterFolder.RunningProcess(_cluster) is { } server)
        {
            using (server)
                await server.WaitForExitAsync(token);
        }
    }

    private async Task StartAgainAsync(TimeSpan patience, CancellationToken token)
    {
        var account = ServerAccount.Needed();
        var failing = Stopwatch.StartNew();
        while (true)
        {
            await using (await StartLock.TakeAsync(_cluster, token))
            {
                // Another process that works on it may have been quicker.
                if (ClusterFolder.RunningPort(_cluster) is { } port && port == Port && await AnswersAsync(ConnectionString, token))
                    return;
                if (ClusterFolder.RunningProcess(_cluster) is null)
                {
                    _keeper = await LaunchAsync(await PostgresBinaries.ResolveAsync(token), _cluster, ConnectionString, _options.Durable, account, token);
                    if (_keeper is not null)
                        return;
                }
            }

            if (failing.Elapsed > patience)
            {
                throw new InvalidOperationException(
                    $"The PostgreSQL in {_cluster} ended and could not be started again. "
                        + $"Its last words:{Environment.NewLine}{ClusterFolder.LastWords(_cluster)}"
                );
            }

            await Task.Delay(BetweenTries, token);
        }
    }

    private int Port => new NpgsqlConnectionStringBuilder(ConnectionString).Port;

    /// <summary>
    /// Starts the server and waits until it answers; null where it ended instead. A start that is given up leaves no server behind, and no keeper.
    /// </summary>
    private static async Task<Process?> LaunchAsync(
        PostgresBinaries binaries,
        string cluster,
        string connection,
        bool durable,
        ServerAccount? account,
        CancellationToken token
    )
    {
        var keeper = Keeper.Launch(binaries, cluster, new NpgsqlConnectionStringBuilder(connection).Port, durable, account);
        try
        {
            while (!await AnswersAsync(connection, token))
            {
                if (keeper.HasExited)
                {
                    await StopAsync(keeper);
                    return null;
                }

                await Task.Delay(20, token);
            }

            return keeper;
        }
        catch
        {
            await StopAsync(keeper);
            throw;
        }
    }

    private static async Task StopAsync(Process keeper)
    {
        if (!keeper.HasExited)
            keeper.StandardInput.Close();
        await keeper.WaitForExitAsync();
        keeper.Dispose();
    }

    /// <summary>Whether nobody keeps the process any more: its parent has ended, and the first process of the system has taken it in.</summary>
    private static bool IsOrphan(int process)
    {
        var status = $"/proc/{process}/status";
        return File.Exists(status) && File.ReadLines(status).Any(l => l.StartsWith("PPid:", StringComparison.Ordinal) && l["PPid:".Length..].Trim() == "1");
    }

    private static string Connection(int port, string password) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = "forecasts",
            Password = password.Trim(),
            Database = "postgres",
            Pooling = false,
        }.ConnectionString;

    private static async Task<bool> AnswersAsync(string connectionString, CancellationToken token)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(token);
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
