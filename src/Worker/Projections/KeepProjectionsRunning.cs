using Marten;
using Wolverine.Runtime;
using Wolverine.Runtime.Agents;

namespace Worker.Projections;

/// <summary>
/// Starts the projections and subscriptions of this process again whose recorded progress stands still while there are events to take in. Progress is written
/// only where it is what the writer last saw. After a process that was frozen comes back and writes one page more, that is so no longer, for good: what has
/// taken over goes on in memory, records nothing, and nobody learns of it. Started again it goes on from what is recorded.
/// </summary>
/// <param name="wolverine">Knows the agents of this process.</param>
/// <param name="family">Knows the agents that there are.</param>
/// <param name="store">Knows the recorded progress.</param>
/// <param name="clock">The clock of the waits.</param>
/// <param name="logger">Where a start is logged.</param>
public sealed partial class KeepProjectionsRunning(
    IWolverineRuntime wolverine,
    EventSubscriptionAgentFamily family,
    IDocumentStore store,
    TimeProvider clock,
    ILogger<KeepProjectionsRunning> logger
) : RepeatedWork(Period, clock, logger, "Projections that stand still are not started again.")
{
    private const string HighWaterMark = "HighWaterMark";

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    // A page of events takes a second or two. A start that did not help is tried again after twice the time.
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(8);

    private readonly TimeProvider _clock = clock;
    private readonly Dictionary<Uri, Stall> _stalls = [];

    /// <summary>Progress that stands still.</summary>
    /// <param name="At">The last event taken in.</param>
    /// <param name="Since">Since when that is seen, or since the last start.</param>
    /// <param name="Wait">How long it is left alone.</param>
    private sealed record Stall(long At, DateTimeOffset Since, TimeSpan Wait);

    /// <inheritdoc/>
    protected override async Task<bool> RunAsync(CancellationToken token)
    {
        var progress = (await store.Advanced.AllProjectionProgress(token: token)).ToDictionary(
            p => p.ShardName,
            p => p.Sequence,
            StringComparer.OrdinalIgnoreCase
        );
        var last = progress.GetValueOrDefault(HighWaterMark);
        foreach (var uri in await family.AllKnownAgentsAsync())
        {
            var at = progress.GetValueOrDefault($"{uri.Segments[^2].Trim('/')}:{uri.Segments[^1]}");
            // An agent that is not found runs in another process.
            if (at >= last || !wolverine.Agents.TryFindActiveAgent<IEventSubscriptionAgent>(uri, out var agent))
                _stalls.Remove(uri);
            else if (_stalls.GetValueOrDefault(uri) is not { } stall || stall.At != at)
                _stalls[uri] = new Stall(at, _clock.GetUtcNow(), FirstWait);
            else if (_clock.GetUtcNow() - stall.Since >= stall.Wait)
                await StartAgainAsync(uri, agent, stall, last, token);
        }

        return false;
    }

    private async Task StartAgainAsync(Uri uri, IEventSubscriptionAgent agent, Stall stall, long last, CancellationToken token)
    {
        var longer = TimeSpan.FromTicks(Math.Min(2 * stall.Wait.Ticks, LongestWait.Ticks));
        _stalls[uri] = stall with { Since = _clock.GetUtcNow(), Wait = longer };
        StartsAgain(uri, stall.At, last, stall.Wait.TotalSeconds);
        await agent.StopAsync(token);
        // A page may end before it stops. Meanwhile the work may have gone to another process.
        if (wolverine.Agents.TryFindActiveAgent<IEventSubscriptionAgent>(uri, out var still) && ReferenceEquals(still, agent))
            await agent.StartAsync(token);
    }

    [LoggerMessage(LogLevel.Warning, "{Projection} starts again: for {Seconds:0} s its progress has stood at {At} of {Last}.")]
    private partial void StartsAgain(Uri projection, long at, long last, double seconds);
}
