namespace Worker;

/// <summary>Does something again and again until the host stops. A run that fails is logged and ends nothing: the next one tries again.</summary>
/// <param name="period">How long it is from one run to the next, at least a millisecond.</param>
/// <param name="clock">The clock that the runs go by.</param>
/// <param name="logger">Where a failure is logged.</param>
/// <param name="failure">What is logged of a failure, in a sentence that says what follows from it.</param>
public abstract class RepeatedWork(TimeSpan period, TimeProvider clock, ILogger logger, string failure) : BackgroundService
{
    /// <summary>Whether the first run waits for no period.</summary>
    protected virtual bool StartsAtOnce => false;

    /// <summary>How long it is at least from a failure to the next run.</summary>
    protected virtual TimeSpan AfterFailure => TimeSpan.Zero;

    /// <summary>Does it once.</summary>
    /// <param name="token">The host stops.</param>
    /// <returns>Whether there may be more to do, so that the next run waits for no period.</returns>
    protected abstract Task<bool> RunAsync(CancellationToken token);

    /// <summary>Does what is to be done at the end, once no run is under way.</summary>
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
            // The host stops; what was cut off is done by the next one that starts.
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
