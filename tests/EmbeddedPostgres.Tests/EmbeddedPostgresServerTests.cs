using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EmbeddedPostgres.Tests;

/// <summary>The embedded PostgreSQL: starts, restarts, rights and two servers side by side.</summary>
public sealed class EmbeddedPostgresServerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("forecasts-embedded-").FullName;

    public EmbeddedPostgresServerTests()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<EmbeddedPostgresServer> Start(string name = "one") =>
        EmbeddedPostgresServer.StartAsync(
            new EmbeddedPostgresOptions { DataDirectory = Path.Combine(_folder, name), Durable = false },
            NullLogger.Instance,
            TestContext.Current.CancellationToken
        );

    private static async Task<object?> Ask(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_was_written_is_there_after_a_second_start()
    {
        await using (var first = await Start())
        {
            await Ask(first.ConnectionString, "create table kept as select 42 as answer");
        }

        await using var second = await Start();
        Assert.Equal(42, await Ask(second.ConnectionString, "select answer from kept"));
    }

    [Fact]
    public async Task Two_servers_run_side_by_side_on_folders_of_their_own()
    {
        await using var one = await Start("one");
        await using var two = await Start("two");

        Assert.NotEqual(await Ask(one.ConnectionString, "show port"), await Ask(two.ConnectionString, "show port"));
    }

    [Fact]
    public async Task A_server_that_still_runs_is_taken_over()
    {
        await using var first = await Start();
        await using var second = await Start();

        Assert.True(second.WasAdopted);
        Assert.Equal(first.ConnectionString, second.ConnectionString);
    }

    [Fact]
    public async Task A_pid_file_that_a_crash_left_behind_does_not_hinder_the_next_start()
    {
        await (await Start()).DisposeAsync();
        var pidFile = Path.Combine(_folder, "one", "data", "postmaster.pid");
        await File.WriteAllTextAsync(pidFile, "999999\n", TestContext.Current.CancellationToken);

        await using var server = await Start();
        Assert.Equal(1, await Ask(server.ConnectionString, "select 1"));
    }

    [Fact]
    public async Task Two_first_starts_at_once_share_one_server()
    {
        var servers = await Task.WhenAll(Task.Run(() => Start()), Task.Run(() => Start()));

        Assert.Single(servers, s => s.WasAdopted);
        Assert.Equal(servers[0].ConnectionString, servers[1].ConnectionString);
        Assert.Equal(1, await Ask(servers[0].ConnectionString, "select 1"));
        foreach (var server in servers.OrderByDescending(s => s.WasAdopted))
            await server.DisposeAsync();
    }

    [Fact]
    public async Task A_start_that_is_given_up_leaves_no_process_behind()
    {
        using var patience = new CancellationTokenSource();
        var start = EmbeddedPostgresServer.StartAsync(
            new EmbeddedPostgresOptions { DataDirectory = Path.Combine(_folder, "given-up"), Durable = false },
            NullLogger.Instance,
            patience.Token
        );
        var server = Path.Combine(_folder, "given-up", "data");
        while (!File.Exists(Path.Combine(server, "postmaster.pid")) && !start.IsCompleted)
            await Task.Yield();
        await patience.CancelAsync();

        // The start may have been quicker than we were.
        try
        {
            await (await start).DisposeAsync();
        }
        catch (OperationCanceledException) { }

        Assert.DoesNotContain(CommandLines(), line => line.Contains(server, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_command_that_is_given_up_is_ended()
    {
        using var patience = new CancellationTokenSource();
        var marker = $"86{Random.Shared.Next(100_000, 999_999)}";
        var running = Commands.RunAsync("sleep", [marker], patience.Token);
        while (!CommandLines().Any(l => l.Contains(marker, StringComparison.Ordinal)))
            await Task.Yield();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        while (CommandLines().Any(l => l.Contains(marker, StringComparison.Ordinal)))
            await Task.Yield();
    }

    private static List<string> CommandLines() =>
        Directory
            .GetDirectories("/proc")
            .Where(d => int.TryParse(Path.GetFileName(d), out _))
            .Select(d =>
            {
                try
                {
                    return File.ReadAllText(Path.Combine(d, "cmdline"));
                }
                catch (IOException)
                {
                    return "";
                }
            })
            .ToList();

    [Fact]
    public async Task A_taken_port_is_an_error_that_says_so()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            EmbeddedPostgresServer.StartAsync(
                new EmbeddedPostgresOptions
                {
                    DataDirectory = Path.Combine(_folder, "taken"),
                    Durable = false,
                    Port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port,
                },
                NullLogger.Instance,
                TestContext.Current.CancellationToken
            )
        );

        Assert.Contains("did not start", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_was_left_half_made_is_made_anew()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "one", "data.new"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "one", "data.new", "PG_VERSION"), "15", TestContext.Current.CancellationToken);

        await using var server = await Start();
        Assert.Equal(1, await Ask(server.ConnectionString, "select 1"));
    }

    [Fact]
    public async Task The_owners_password_is_asked_for()
    {
        await using var server = await Start();
        var wrong = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Password = "wrong" }.ConnectionString;

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => Ask(wrong, "select 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refusal.SqlState);
    }
}
