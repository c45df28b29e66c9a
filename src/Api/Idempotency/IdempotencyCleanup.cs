using Store.Idempotency;
using Worker;

namespace Api.Idempotency;

/// <summary>Deletes every hour what was answered longer ago than answers are kept, but for what may just be given again.</summary>
public sealed class IdempotencyCleanup(IdempotencyRecords kept, TimeProvider clock, ILogger<IdempotencyCleanup> logger)
    : RepeatedWork(
        TimeSpan.FromHours(1),
        clock,
        logger,
        "Old answers could not be deleted; none of them is replayed in any case, and they are deleted an hour later"
    )
{
    /// <summary>An answer in parts is given again at the pace of who reads it.</summary>
    private static readonly TimeSpan Reading = TimeSpan.FromHours(1);

    private readonly TimeProvider _clock = clock;

    /// <inheritdoc/>
    protected override async Task<bool> RunAsync(CancellationToken token)
    {
        await kept.ForgetAsync(_clock.GetUtcNow() - IdempotencyMiddleware.Kept - Reading, token);
        return false;
    }
}
