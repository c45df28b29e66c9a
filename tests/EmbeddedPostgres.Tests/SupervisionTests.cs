using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Samples;

namespace EmbeddedPostgres.Tests;

/// <summary>What becomes of a server that ends by itself while it is supervised.</summary>
public sealed class SupervisionTests : IDisposable
{
    private static readonly TimeSpan LongestRestart = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("forecasts-supervised-").FullName;

    public SupervisionTests()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_server_that_was_killed_runs_again_on_its_port_with_what_was_committed()
    {
        await using var server = await Start();
        _ = server.SuperviseAsync(LongestRestart);
        await Ask(server.ConnectionString, "create table kept as select 42 as answer");

        await KillAsync(ServerProcess());

        Assert.Equal(42, await AskUntilItAnswers(server, "select answer from kept"));
        await Patience.UntilAsync(() => server.Runs);
    }

    [Fact]
    public async Task A_server_that_is_killed_again_and_again_runs_again_each_time()
    {
        await using var server = await Start();
        _ = server.SuperviseAsync(LongestRestart);

        for (var time = 0; time < 3; time++)
        {
            await KillAsync(ServerProcess());
            Assert.Equal(1, await AskUntilItAnswers(server, "select 1"));
        }
    }

    [Fact]
    public async Task A_server_that_was_taken_over_runs_on_after_its_first_owner_has_ended()
    {
        var first = await Start();
        await using var second = await Start();
        Assert.True(second.WasAdopted);
        _ = second.SuperviseAsync(LongestRestart);

        await first.DisposeAsync();

        Assert.Equal(1, await AskUntilItAnswers(second, "select 1"));
        await Patience.UntilAsync(() => !second.WasAdopted);
    }

    [Fact]
    public async Task A_killed_keeper_leaves_a_server_that_is_kept_and_ends_with_us()
    {
        var server = await Start();
        _ = server.SuperviseAsync(LongestRestart);
        var postgres = ServerProcess();
        await KillAsync(Parent(postgres));

        await Patience.UntilAsync(() => server.WasAdopted || ServerProcess() != postgres);
        Assert.Equal(1, await AskUntilItAnswers(server, "select 1"));

        await server.DisposeAsync();
        await Patience.UntilAsync(() => !File.Exists(Path.Combine(_folder, "one", "data", "postmaster.pid")));
    }

    [Fact]
    public async Task A_server_that_cannot_start_again_is_given_up_with_its_last_words()
    {
        await using var server = await Start();
        var supervision = server.SuperviseAsync(TimeSpan.Zero);
        // Settings that no server starts with stand for whatever is wrong with its files.
        await File.AppendAllTextAsync(
            Path.Combine(_folder, "one", "data", "postgresql.conf"),
            "\nno_such_setting = 1\n",
            TestContext.Current.CancellationToken
        );
        await KillAsync(ServerProcess());

        var givenUp = await Assert.ThrowsAsync<InvalidOperationException>(() => supervision);

        Assert.Contains("could not be started again", givenUp.Message, StringComparison.Ordinal);
        Assert.Contains("no_such_setting", givenUp.Message, StringComparison.Ordinal);
        Assert.False(server.Runs);
    }

    [Fact]
    public async Task A_server_that_is_stopped_on_purpose_stays_stopped()
    {
        var server = await Start();
        var supervision = server.SuperviseAsync(LongestRestart);

        await server.DisposeAsync();

        await supervision;
        Assert.False(File.Exists(Path.Combine(_folder, "one", "data", "postmaster.pid")));
    }

    private Task<EmbeddedPostgresServer> Start() =>
        EmbeddedPostgresServer.StartAsync(
            new EmbeddedPostgresOptions { DataDirectory = Path.Combine(_folder, "one"), Durable = true },
            NullLogger.Instance,
            TestContext.Current.CancellationToken
        );

    private int ServerProcess() =>
        int.Parse(File.ReadLines(Path.Combine(_folder, "one", "data", "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture);

    private static int Parent(int process) =>
        int.Parse(
            File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("PPid:", StringComparison.Ordinal))["PPid:".Length..],
            System.Globalization.CultureInfo.InvariantCulture
        );

    private static async Task KillAsync(int process)
    {
        using var victim = Process.GetProcessById(process);
        victim.Kill();
        await victim.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<object?> Ask(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<object?> AskUntilItAnswers(EmbeddedPostgresServer server, string sql)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await Ask(server.ConnectionString, sql);
            }
            catch (NpgsqlException e)
                when (waited.Elapsed < Patience.Longest
                    && (
                        e is not PostgresException { SqlState: var state }
                        || state is PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
                    )
                )
            {
                await Task.Yield();
            }
        }
    }
}
