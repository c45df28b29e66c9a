using Npgsql;
using Store.Answers;

namespace Api.Http.Idempotency;

/// <summary>Deletes every hour what was answered longer ago than answers are kept.</summary>
public sealed class ForgettingAnswers(KeptAnswers kept, TimeProvider clock) : BackgroundService
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
                    await kept.ForgetAsync(clock.GetUtcNow() - KeepingAnswers.Kept, stoppingToken);
                }
                catch (NpgsqlException)
                {
                    // An answer that is too old is not replayed in any case; it can be deleted an hour later.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The service is stopping.
        }
    }
}
