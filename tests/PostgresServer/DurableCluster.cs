using System.Diagnostics;
using System.Globalization;
using EmbeddedPostgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace PostgresServer;

/// <summary>
/// A PostgreSQL of a test's own that keeps its promises: a commit is on the disk before it is answered. It can be ended in every way in which a server
/// ends, and started again on the same folder and port. Linux alone, since the server's processes are found in <c>/proc</c>.
/// </summary>
public sealed class DurableCluster : IAsyncDisposable
{
    private readonly string _folder;
    private EmbeddedPostgresServer _server;

    private DurableCluster(string folder, EmbeddedPostgresServer server, string database) => (_folder, _server, ConnectionString) = (folder, server, database);

    /// <summary>Connects to the product's database as the role that owns it.</summary>
    public string ConnectionString { get; }

    public int Port => new NpgsqlConnectionStringBuilder(ConnectionString).Port;

    /// <summary>Where the server keeps its data.</summary>
    public string DataFolder => Path.Combine(_folder, "postgres", "data");

    /// <summary>Whether the server's main process is there.</summary>
    public bool Runs => Postmaster() is not null;

    /// <param name="port">The port to listen on; the server is started again on it.</param>
    public static async Task<DurableCluster> CreateAsync(int port)
    {
        var folder = Directory.CreateTempSubdirectory("forecasts-durable-").FullName;
        // As root, PostgreSQL runs under another account and goes through here.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
        var server = await LaunchAsync(folder, port);
        return new DurableCluster(folder, server, await server.CreateDatabaseIfMissingAsync("forecasts", CancellationToken.None));
    }

    /// <summary>Puts the data, or a part of it, onto a disk of its own, and leaves a link in its place.</summary>
    /// <param name="disk">Where the disk is mounted.</param>
    /// <param name="part"><c>pg_wal</c>, whose lack of space ends the server; <c>base</c>, whose lack of space fails what needs more; empty for all.</param>
    public async Task PutOnAsync(string disk, string part)
    {
        await StopFastAsync();
        var there = Path.TrimEndingDirectorySeparator(Path.Combine(DataFolder, part));
        var here = Path.Combine(disk, Path.GetFileName(there));
        await SystemProcesses.MustRunAsync("cp", "-a", there, here);
        await SystemProcesses.MustRunAsync("sync", "-f", here);
        Directory.Delete(there, recursive: true);
        File.CreateSymbolicLink(there, here);
        await StartAsync();
    }

    /// <summary>Has the server begin a new file of its log, for which it may want space.</summary>
    public async Task SwitchLogAsync()
    {
        await using var connection = new NpgsqlConnection(_server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select pg_switch_wal()", connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Whether the server answers now.</summary>
    public async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection(_server.ConnectionString);
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>Starts the server again, and waits until it answers.</summary>
    /// <exception cref="InvalidOperationException">It ended instead of answering, for want of disk space for example.</exception>
    public async Task StartAsync()
    {
        await _server.DisposeAsync();
        _server = await LaunchAsync(_folder, Port);
    }

    /// <summary>Kills all processes of the server at once, as a loss of power would end them.</summary>
    public async Task KillAsync()
    {
        if (Postmaster() is not { } postmaster)
            return;
        // Stopped first, so that it starts no further process while they are counted.
        await SystemProcesses.SignalAsync("STOP", postmaster);
        int[] all = [postmaster, .. SystemProcesses.Children(postmaster)];
        await SystemProcesses.SignalAsync("KILL", all);
        foreach (var process in all)
            await EndAsync(process);
    }

    /// <summary>Kills one process that serves a client, after which the server throws all others out and recovers.</summary>
    /// <param name="choice">Any number; it chooses among those that there are.</param>
    public async Task KillBackendAsync(int choice)
    {
        if (Postmaster() is not { } postmaster)
            return;
        var backends = SystemProcesses.Children(postmaster).Where(ServesClient).Order().ToList();
        if (backends.Count > 0)
            await SystemProcesses.SignalAsync("KILL", backends[choice % backends.Count]);
    }

    /// <summary>Ends the server without a checkpoint, so that it recovers at its next start.</summary>
    public Task StopImmediatelyAsync() => StopAsync("QUIT");

    /// <summary>Ends the server as an operator does: sessions are ended, and what was committed is written out.</summary>
    public Task StopFastAsync() => StopAsync("INT");

    /// <summary>Stops all processes of the server where they are; they go on with <see cref="ThawAsync"/>.</summary>
    public async Task FreezeAsync()
    {
        if (Postmaster() is not { } postmaster)
            return;
        await SystemProcesses.SignalAsync("STOP", postmaster);
        await SystemProcesses.SignalAsync("STOP", [.. SystemProcesses.Children(postmaster)]);
    }

    public async Task ThawAsync()
    {
        if (Postmaster() is { } postmaster)
            await SystemProcesses.SignalAsync("CONT", [.. SystemProcesses.Children(postmaster), postmaster]);
    }

    public async ValueTask DisposeAsync()
    {
        await ThawAsync();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static Task<EmbeddedPostgresServer> LaunchAsync(string folder, int port) =>
        EmbeddedPostgresServer.StartAsync(
            new EmbeddedPostgresOptions { DataDirectory = Path.Combine(folder, "postgres"), Port = port },
            NullLogger.Instance,
            CancellationToken.None
        );

    private async Task StopAsync(string signal)
    {
        if (Postmaster() is not { } postmaster)
            return;
        await SystemProcesses.SignalAsync(signal, postmaster);
        await EndAsync(postmaster);
    }

    private int? Postmaster()
    {
        var file = Path.Combine(DataFolder, "postmaster.pid");
        return
            File.Exists(file)
            && int.TryParse(File.ReadLines(file).FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
            && SystemProcesses.State(process) is not (null or "Z")
            ? process
            : null;
    }

    private static async Task EndAsync(int process)
    {
        while (SystemProcesses.State(process) is not (null or "Z"))
            await Task.Delay(5);
    }

    private static bool ServesClient(int process)
    {
        try
        {
            // "postgres: forecasts forecasts 127.0.0.1(45678) idle": a server process names its client's address in its title.
            return File.ReadAllText($"/proc/{process}/cmdline").Contains("127.0.0.1(", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
