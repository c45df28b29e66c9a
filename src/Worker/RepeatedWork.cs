namespace Worker;

/// <summary>Repeats work until the host stops. A failed run is logged, and the next one tries again.</summary>
/// <param name="period">The time from one run to the next, at least a millisecond.</param>
/// <param name="clock">The clock of the runs.</param>
/// <param name="logger">Where a failure is logged.</param>
/// <param name="failure">The log message of a failure: a sentence that states its consequence.</param>
public abstract class RepeatedWork(TimeSpan period, TimeProvider clock, ILogger logger, string failure) : BackgroundService
{
    /// <summary>Whether the first run starts at once.</summary>
    protected virtual bool StartsAtOnce => false;

    /// <summary>The least time from a failure to the next run.</summary>
    protected virtual TimeSpan AfterFailure => TimeSpan.Zero;

    /// <summary>Does the work once.</summary>
    /// <param name="token">Signals that the host stops.</param>
    /// <returns>Whether there may be more to do, so that the next run starts at once.</returns>
    protected abstract Task<bool> RunAsync(CancellationToken token);

    /// <summary>Does the final work, when no run is active.</summary>
    protected virtual Task EndAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(period, clock);
        try
        {
            if (!StartsAtOnce)
                await timer.WaitForNextTickAsync(stoppingToken);
            do
            {
                await TryAsync(stoppingToken);
            } while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops. The next host does the interrupted work.
        }

        await EndAsync();
    }

    private async Task TryAsync(CancellationToken token)
    {
        try
        {
            while (await RunAsync(token))
                token.ThrowIfCancellationRequested();
        }
        catch (Exception e) when (!token.IsCancellationRequested)
        {
            logger.LogWarning(e, "{Failure}", failure);
            await Task.Delay(AfterFailure, clock, token);
        }
    }
}
