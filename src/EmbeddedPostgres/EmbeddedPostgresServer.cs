using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EmbeddedPostgres;

/// <summary>
/// A PostgreSQL of our own, on the loopback only, that ends with the process that started it. If that process is killed the server notices
/// that the pipe from it has closed; a server that is still running when the next process starts is taken over.
/// </summary>
public sealed class EmbeddedPostgresServer : IAsyncDisposable
{
    private readonly Process? _keeper;
    private readonly string _cluster;

    private EmbeddedPostgresServer(string connectionString, string cluster, Process? keeper) =>
        (ConnectionString, _cluster, _keeper) = (connectionString, cluster, keeper);

    /// <summary>Connects to the database <c>postgres</c> as the cluster's owner.</summary>
    public string ConnectionString { get; }

    /// <summary>Whether the server was running already and was taken over.</summary>
    public bool WasAdopted => _keeper is null;

    /// <summary>Starts the cluster in the data folder, making it first where there is none.</summary>
    /// <exception cref="InvalidOperationException">There is no PostgreSQL to run, or it did not start; the message says what to do.</exception>
    public static async Task<EmbeddedPostgresServer> StartAsync(EmbeddedPostgresOptions options, ILogger logger, CancellationToken token)
    {
        var account = ServerAccount.Needed();
        var cluster = await PlaceAsync(Path.GetFullPath(options.DataDirectory), account, token);
        var passwordFile = Path.Combine(cluster, "owner.password");
        // Of two starts on one folder the second waits here, and then finds a server that it can take over.
        await using var alone = await StartLock.TakeAsync(cluster, token);

        // A server that does not answer is starting or stopping: it will do the one or be gone.
        while (File.Exists(passwordFile) && RunningPort(cluster) is { } runningPort)
        {
            var running = Connection(runningPort, await File.ReadAllTextAsync(passwordFile, token));
            if (await AnswersAsync(running, token))
            {
                logger.LogInformation("Took over the PostgreSQL that was running in {Folder} on port {Port}", cluster, runningPort);
                return new EmbeddedPostgresServer(running, cluster, keeper: null);
            }

            await Task.Delay(20, token);
        }

        var binaries = await PostgresBinaries.ResolveAsync(token);
        if (!File.Exists(Path.Combine(cluster, "data", "PG_VERSION"))) await InitialiseAsync(binaries, cluster, passwordFile, account, logger, token);

        var connection = Connection(options.Port == 0 ? FreePort() : options.Port, await File.ReadAllTextAsync(passwordFile, token));
        var keeper = Launch(binaries, cluster, new NpgsqlConnectionStringBuilder(connection).Port, options.Durable, account);
        try
        {
            while (!await AnswersAsync(connection, token))
            {
                if (keeper.HasExited)
                {
                    var log = Path.Combine(cluster, "server.log");
                    var tail = File.Exists(log) ? string.Join(Environment.NewLine, File.ReadLines(log).TakeLast(8)) : "";
                    throw new InvalidOperationException($"PostgreSQL did not start in {cluster}. Its last words:{Environment.NewLine}{tail}");
                }

                await Task.Delay(20, token);
            }
        }
        catch
        {
            // A start that failed or was given up leaves no server behind, and no keeper.
            await EndAsync(keeper);
            throw;
        }

        return new EmbeddedPostgresServer(connection, cluster, keeper);
    }

    /// <summary>The connection string of a database in this cluster, which is made if it is missing.</summary>
    public async Task<string> CreateDatabaseIfMissingAsync(string name, CancellationToken token)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(token);
        await using var find = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection) { Parameters = { new() { Value = name } } };
        if (await find.ExecuteScalarAsync(token) is null)
        {
            await using var create = new NpgsqlCommand($"create database \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", connection);
            await create.ExecuteNonQueryAsync(token);
            await CompressFastAsync(connection, name, token);
        }

        return new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name, Pooling = true }.ConnectionString;
    }

    /// <summary>Has what is compressed compressed by LZ4, which takes a fraction of the time of PostgreSQL's own way, where the server was built with it.</summary>
    private static async Task CompressFastAsync(NpgsqlConnection connection, string database, CancellationToken token)
    {
        foreach (var setting in (string[])["default_toast_compression", "wal_compression"])
        {
            await using var alter = new NpgsqlCommand($"alter database \"{database.Replace("\"", "\"\"", StringComparison.Ordinal)}\" set {setting} = 'lz4'", connection);
            try
            {
                await alter.ExecuteNonQueryAsync(token);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidParameterValue or PostgresErrorCodes.UndefinedObject)
            {
                // Built without it, or of a version before it.
            }
        }
    }

    /// <summary>
    /// Stops the server and waits until it has ended. One that was taken over is left to its keeper while that lives, since another process
    /// still works on it.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_keeper is not null)
        {
            await EndAsync(_keeper);
        }
        else if (RunningProcess(_cluster) is { } orphan && IsOrphan(orphan.Id))
        {
            await Commands.RunAsync("kill", ["-INT", orphan.Id.ToString(CultureInfo.InvariantCulture)], CancellationToken.None);
            while (File.Exists(Path.Combine(_cluster, "data", "postmaster.pid"))) await Task.Delay(20);
        }
    }

    private static async Task EndAsync(Process keeper)
    {
        if (!keeper.HasExited) keeper.StandardInput.Close();
        await keeper.WaitForExitAsync();
        keeper.Dispose();
    }

    /// <summary>Whether nobody keeps the process any more: its parent has ended, and the first process of the system has taken it in.</summary>
    private static bool IsOrphan(int process)
    {
        var status = $"/proc/{process}/status";
        return File.Exists(status) && File.ReadLines(status).Any(l => l.StartsWith("PPid:", StringComparison.Ordinal) && l["PPid:".Length..].Trim() == "1");
    }

    private static string Connection(int port, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = "forecasts",
        Password = password.Trim(),
        Database = "postgres",
        Pooling = false,
    }.ConnectionString;

    private static async Task InitialiseAsync(
        PostgresBinaries binaries, string cluster, string passwordFile, ServerAccount? account, ILogger logger, CancellationToken token)
    {
        logger.LogInformation("Making a PostgreSQL {Version} cluster in {Folder}", binaries.MajorVersion, cluster);
        var closed = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) closed.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var writer = new StreamWriter(passwordFile, closed))
        {
            await writer.WriteAsync(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)).AsMemory(), token);
        }

        if (account is not null) await Commands.RunAsync("chown", [$"{account.UserId}:{account.GroupId}", passwordFile], token);
        // Made aside and moved into place: a start that is cut off meanwhile leaves nothing that looks like a cluster.
        var data = Path.Combine(cluster, "data.new");
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
        string[] arguments =
            ["-D", data, "-U", "forecasts", "-A", "scram-sha-256", $"--pwfile={passwordFile}", "-E", "UTF8", "--locale=C", "--no-sync"];
        var command = account is null ? [binaries.Initdb, .. arguments] : account.Wrap(binaries.Initdb, arguments).ToArray();
        await Commands.RunAsync(command[0], command[1..], token);
        Directory.Move(data, Path.Combine(cluster, "data"));
    }

    private static Process Launch(PostgresBinaries binaries, string cluster, int port, bool durable, ServerAccount? account)
    {
        string[] settings =
        [
            "listen_addresses=127.0.0.1", $"port={port}", "unix_socket_directories=", "max_connections=200", $"shared_buffers={SharedMegabytes()}MB",
            "max_wal_size=4GB", "wal_compression=on", "idle_in_transaction_session_timeout=60s", "log_checkpoints=off",
            // No statement here runs so long that compiling it would pay, and the cluster lies on the machine's own disk.
            "jit=off", "random_page_cost=1.1",
            .. durable ? Array.Empty<string>() : ["fsync=off", "synchronous_commit=off", "full_page_writes=off"],
        ];
        string[] arguments = ["-D", Path.Combine(cluster, "data"), .. settings.SelectMany(s => new[] { "-c", s })];
        var server = account is null ? [binaries.Postgres, .. arguments] : account.Wrap(binaries.Postgres, arguments).ToArray();

        // The keeper is a shell in a session of its own (Ctrl+C in a terminal reaches us, not it). It reads from a pipe that we hold: when we
        // end, however we end, the read ends and it stops the server.
        ProcessStartInfo start;
        if (OperatingSystem.IsWindows())
        {
            start = new ProcessStartInfo(server[0], server[1..]);
        }
        else
        {
            const string Keep = """
                trap '' INT HUP TERM
                log=$1; shift
                exec 3<&0
                "$@" >>"$log" 2>&1 </dev/null 3<&- &
                server=$!
                ( read _ignored <&3; kill -INT $server 2>/dev/null ) &
                reader=$!
                exec 3<&- </dev/null
                wait $server
                code=$?
                kill -KILL $reader 2>/dev/null
                exit $code
                """;
            string[] shell = ["sh", "-c", Keep, "forecasts-postgres", Path.Combine(cluster, "server.log"), .. server];
            start = OperatingSystem.IsLinux() ? new ProcessStartInfo("setsid", shell) : new ProcessStartInfo(shell[0], shell[1..]);
        }

        start.RedirectStandardInput = true;
        start.UseShellExecute = false;
        start.WorkingDirectory = cluster;
        // glibc gives memory back to the system at the end of every statement that took more than 128 KiB, and has each of its pages zeroed and
        // mapped anew for the next one.
        foreach (var threshold in (string[])["MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_"])
        {
            start.Environment.TryAdd(threshold, (8 << 20).ToString(CultureInfo.InvariantCulture));
        }

        return Process.Start(start) ?? throw new InvalidOperationException("PostgreSQL's keeper did not start.");
    }

    /// <summary>A folder that the server's account can reach: the one asked for, or one under /var/lib where a parent of it is closed.</summary>
    private static async Task<string> PlaceAsync(string folder, ServerAccount? account, CancellationToken token)
    {
        if (account is null)
        {
            Directory.CreateDirectory(folder);
            return folder;
        }

        Directory.CreateDirectory(folder);
        var reachable = true;
        try
        {
            var test = account.Wrap("test", ["-x", Path.GetDirectoryName(folder)!]).ToArray();
            await Commands.RunAsync(test[0], test[1..], token);
        }
        catch (InvalidOperationException)
        {
            reachable = false;
        }

        if (!reachable)
        {
            var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)).AsSpan(0, 8));
            folder = Directory.CreateDirectory(Path.Combine("/var/lib/forecasts", name)).FullName;
        }

        await Commands.RunAsync("chown", [$"{account.UserId}:{account.GroupId}", folder], token);
        return folder;
    }

    private static string[]? PidFile(string cluster)
    {
        var file = Path.Combine(cluster, "data", "postmaster.pid");
        return File.Exists(file) ? File.ReadAllLines(file) : null;
    }

    private static int? RunningPort(string cluster) =>
        RunningProcess(cluster) is not null && PidFile(cluster) is { Length: > 3 } lines && int.TryParse(lines[3], CultureInfo.InvariantCulture, out var port) ? port : null;

    private static Process? RunningProcess(string cluster)
    {
        if (PidFile(cluster) is not { Length: > 0 } lines || !int.TryParse(lines[0], CultureInfo.InvariantCulture, out var id)) return null;
        try
        {
            var process = Process.GetProcessById(id);
            return process.ProcessName.StartsWith("postgres", StringComparison.Ordinal) ? process : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

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

    /// <summary>A sixteenth of the memory that we may have, between what any machine has and what the largest imports gain from.</summary>
    private static long SharedMegabytes() => Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16 >> 20, 128, 1024);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
