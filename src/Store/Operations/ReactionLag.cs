using Npgsql;
using Store.Events;

namespace Store.Operations;

/// <summary>Measures how far the reactions are behind the events, and since when they have not advanced.</summary>
/// <remarks>
/// A dead daemon reports nothing, so its last position is compared with the recorded events. If events wait and the position does not change for longer than
/// <see cref="Patience"/>, no worker is processing them.
/// </remarks>
public sealed class ReactionLag(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>How long events may wait without progress before they count as not being processed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>The name of the subscription that all reactions start from.</summary>
    public const string Subscription = "Reactions";

    private readonly Lock _gate = new();
    private long _lastMark = -1;
    private DateTimeOffset _movedAt = clock.GetUtcNow();

    /// <summary>The number of recorded events that the reactions had not received at the last look.</summary>
    public long Behind { get; private set; }

    /// <summary>Looks again, and returns whether the reactions keep up or at least advance.</summary>
    public async Task<bool> MovesAsync(CancellationToken token)
    {
        var (recorded, mark) = await EventProgress.ReadAsync(database, Subscription, token);
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            if (mark != _lastMark || mark >= recorded)
                (_lastMark, _movedAt) = (mark, now);
            Behind = Math.Max(0, recorded - mark);
            return now - _movedAt < Patience;
        }
    }
}
