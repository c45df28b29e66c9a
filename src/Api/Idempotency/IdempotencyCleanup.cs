using Store.Idempotency;

namespace Api.Idempotency;

/// <summary>Deletes every hour what was answered longer ago than answers are kept.</summary>
public sealed class IdempotencyCleanup(IdempotencyRecords kept, TimeProvider clock, ILogger<IdempotencyCleanup> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await kept.ForgetAsync(clock.GetUtcNow() - IdempotencyMiddleware.Kept, stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    logger.LogWarning(e, "Old answers could not be deleted; none of them is replayed in any case, and they are deleted an hour later");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The service is stopping.
        }
    }
}
