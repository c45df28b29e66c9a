using EmbeddedPostgres;

namespace Api.Running;

/// <summary>
/// Has the embedded PostgreSQL started again whenever it ends by itself. Where that fails for long, the process ends with the reason and exit code 1,
/// so that whoever supervises it can act, in place of a service that refuses everything.
/// </summary>
/// <param name="embedded">The database.</param>
/// <param name="patience">For how long starts may fail: a disk that is full may be given space meanwhile.</param>
/// <param name="lifetime">The process.</param>
/// <param name="logger">Where it is said.</param>
public sealed partial class DatabaseSupervision(
    EmbeddedMode embedded,
    TimeSpan patience,
    IHostApplicationLifetime lifetime,
    ILogger<DatabaseSupervision> logger
) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = SuperviseAsync();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task SuperviseAsync()
    {
        try
        {
            await embedded.SuperviseAsync(patience);
        }
        catch (Exception e)
        {
            GivenUp(e);
            await Console.Error.WriteLineAsync(e.Message);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }

    [LoggerMessage(LogLevel.Critical, "The embedded PostgreSQL is given up, and the service ends")]
    private partial void GivenUp(Exception reason);
}
