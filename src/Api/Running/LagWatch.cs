using Store.Operations;
using Worker;

namespace Api.Running;

/// <summary>Looks at the reactions' lag every few seconds, so that the metric is fresh whenever it is read.</summary>
public sealed class LagWatch(ReactionLag lag, ILogger<LagWatch> logger)
    : RepeatedWork(TimeSpan.FromSeconds(5), TimeProvider.System, logger, "The reactions' lag could not be looked at; the next look may find the database again")
{
    /// <inheritdoc/>
    protected override async Task<bool> RunAsync(CancellationToken token)
    {
        await lag.MovesAsync(token);
        return false;
    }
}
