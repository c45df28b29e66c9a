using Npgsql;

namespace Worker.Health;

/// <summary>
/// Says that a worker of its own lives, for whoever supervises it: a file is written anew every few seconds while the database answers. A worker listens
/// nowhere, so there is no address to ask.
/// </summary>
public sealed class WorkerHealth(NpgsqlDataSource database, IConfiguration configuration, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Oldest = TimeSpan.FromSeconds(30);

    /// <summary>The setting that names the file; without it nothing is written.</summary>
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
                // The file grows old, which is what is to be said.
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>What the command <c>healthcheck</c> answers: 0 where the file is at most half a minute old, else 1.</summary>
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
