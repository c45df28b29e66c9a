using Store.Operations;

namespace Api.Running;

/// <summary>Looks at the reactions' lag every few seconds, so that the metric is fresh whenever it is read.</summary>
public sealed class LagWatch(ReactionLag lag, ILogger<LagWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await lag.MovesAsync(stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    logger.LogWarning(e, "The reactions' lag could not be looked at; the next look may find the database again");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The service is stopping.
        }
    }
}
