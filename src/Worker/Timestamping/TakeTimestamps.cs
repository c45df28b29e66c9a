using Domain.Ledger.Text;
using Store.Ledger;

namespace Worker.Timestamping;

/// <summary>Has the time of checkpoints stamped from outside: recorded times are the operator's alone.</summary>
/// <param name="timestamps">Which checkpoint is due, and where time stamps are kept.</param>
/// <param name="client">The authority.</param>
/// <param name="every">How long a log that grows goes without a time stamp.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Where it is said that the authority fails.</param>
public sealed partial class TakeTimestamps(
    LedgerTimestamps timestamps,
    TimestampClient client,
    TimeSpan every,
    TimeProvider clock,
    ILogger<TakeTimestamps> logger
) : RepeatedWork(Between, clock, logger, "A time stamp could not be taken; it is taken later")
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MostApart = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = logger;
    private readonly TimeProvider _clock = clock;
    private DateTimeOffset _notBefore;
    private bool _fails;

    /// <inheritdoc/>
    public override void Dispose()
    {
        client.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task<bool> RunAsync(CancellationToken token)
    {
        var now = _clock.GetUtcNow();
        if (now < _notBefore || await timestamps.DueAsync(now, every, token) is not { } due)
            return false;
        var asked = await client.StampAsync(System.Text.Encoding.UTF8.GetBytes(due.Note.Text), token);
        var isStamped = asked.Is(out var stamp, out var malformed);
        // When the next is due goes by the time of the last: one far ahead would end them.
        if (isStamped && (stamp!.At - _clock.GetUtcNow()).Duration() > MostApart)
        {
            malformed = new Malformed($"The authority's clock shows {stamp.At:u}, and this one {_clock.GetUtcNow():u}");
            isStamped = false;
        }

        if (isStamped)
            await timestamps.KeepAsync(new KeptTimestamp(due.Checkpoint.Size, stamp!.At, stamp.Token.ToArray()), token);
        else
            _notBefore = now + AfterRefusal;
        Instrumentation.LedgerTimestamps.Add(1, new KeyValuePair<string, object?>("outcome", isStamped ? "stamped" : "failed"));
        if (!isStamped && !_fails)
            Failed(malformed!.Reason);
        _fails = !isStamped;
        return false;
    }

    [LoggerMessage(LogLevel.Warning, "No time stamp was taken. {Reason}. It is asked again.")]
    private partial void Failed(string reason);
}
