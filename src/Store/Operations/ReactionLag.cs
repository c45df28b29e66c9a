using Npgsql;
using Store.Events;

namespace Store.Operations;

/// <summary>How far the reactions are behind the events, and since when they have not moved.</summary>
/// <remarks>
/// A daemon that has died reports nothing, so what it did last is compared with what is recorded: events that wait while the mark stands still
/// for longer than <see cref="Patience"/> mean that nobody is working on them.
/// </remarks>
public sealed class ReactionLag(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>How long events may wait while the mark stands still before nobody is said to work on them.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>The name of the subscription that all reactions start from.</summary>
    public const string Subscription = "Reactions";

    private readonly Lock _gate = new();
    private long _lastMark = -1;
    private DateTimeOffset _movedAt = clock.GetUtcNow();

    /// <summary>Events recorded and not yet handed to the reactions, at the last look.</summary>
    public long Behind { get; private set; }

    /// <summary>Looks, and says whether the reactions keep up or at least move.</summary>
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
