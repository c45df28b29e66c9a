using Npgsql;

namespace Worker.Health;

/// <summary>
/// Shows a supervisor that a separate worker is alive. A file is rewritten every few seconds while the database answers. A worker has no listening address that
/// could be asked.
/// </summary>
public sealed class WorkerHealth(NpgsqlDataSource database, IConfiguration configuration, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Oldest = TimeSpan.FromSeconds(30);

    /// <summary>The setting that names the file. Without it nothing is written.</summary>
    public const string Setting = "Worker:HealthFile";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (configuration[Setting] is not { Length: > 0 } file)
            return;
        using var timer = new PeriodicTimer(Between, clock);
        do
        {
            try
            {
                await using var command = database.CreateCommand("select 1");
                await command.ExecuteScalarAsync(stoppingToken);
                await File.WriteAllTextAsync(file, "", stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException)
            {
                // The file gets old, which reports the failure.
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>The exit code of the command <c>healthcheck</c>: 0 if the file is at most half a minute old, otherwise 1.</summary>
    public static int Ask(IConfiguration configuration, TimeProvider clock)
    {
        if (configuration[Setting] is not { Length: > 0 } file)
        {
            Console.Error.WriteLine($"{Setting} names no file.");
            return 1;
        }

        if (File.Exists(file) && clock.GetUtcNow() - new DateTimeOffset(File.GetLastWriteTimeUtc(file), TimeSpan.Zero) <= Oldest)
            return 0;
        Console.Error.WriteLine($"The worker has not written {file} in the last {Oldest.TotalSeconds:0} s.");
        return 1;
    }
}
