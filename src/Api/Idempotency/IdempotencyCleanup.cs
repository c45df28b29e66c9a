using Store.Idempotency;
using Worker;

namespace Api.Idempotency;

/// <summary>Deletes every hour what was answered longer ago than answers are kept.</summary>
public sealed class IdempotencyCleanup(IdempotencyRecords kept, TimeProvider clock, ILogger<IdempotencyCleanup> logger)
    : RepeatedWork(
        TimeSpan.FromHours(1),
        clock,
        logger,
        "Old answers could not be deleted; none of them is replayed in any case, and they are deleted an hour later"
    )
{
    private readonly TimeProvider _clock = clock;

    /// <inheritdoc/>
    protected override async Task<bool> RunAsync(CancellationToken token)
    {
        await kept.ForgetAsync(_clock.GetUtcNow() - IdempotencyMiddleware.Kept, token);
        return false;
    }
}
