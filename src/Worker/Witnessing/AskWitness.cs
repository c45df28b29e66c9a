using Domain.Ledger.Checkpoints;
using Store.Ledger;

namespace Worker.Witnessing;

/// <summary>
/// Asks one witness to cosign the last checkpoint, again and again. It runs beside the extension of the log, which it never holds up; what the witness says
/// that it has cosigned counts as a copy of the log.
/// </summary>
/// <param name="witness">The witness.</param>
/// <param name="witnesses">All witnesses, and which of them suffice.</param>
/// <param name="cosigning">What is cosigned, and where cosignatures are kept.</param>
/// <param name="reader">The log.</param>
/// <param name="period">The time between two requests, also the first wait after a failure.</param>
/// <param name="timeout">The longest that the witness is waited for, a request.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Where it is said that the witness fails.</param>
public sealed partial class AskWitness(
    AskedWitness witness,
    LogWitnesses witnesses,
    LedgerCosigning cosigning,
    LedgerReader reader,
    TimeSpan period,
    TimeSpan timeout,
    TimeProvider clock,
    ILogger<AskWitness> logger
) : RepeatedWork(period, clock, logger, "A witness could not be asked; it is asked again"), ILogCopy
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = logger;
    private readonly TimeProvider _clock = clock;
    private readonly TimeSpan _period = period;
    private readonly WitnessClient _client = new(witness, timeout);
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan _wait;
    private DateTimeOffset _notBefore;
    private bool _hasBegun;
    private bool _fails;
    private long _knownSize;
    private string? _cosigned;
    private volatile LogHead? _head;

    /// <inheritdoc/>
    public string Place => witness.Url;

    /// <summary>Ends when the witness has been asked once, whatever it answered.</summary>
    public Task Asked => _asked.Task;

    /// <inheritdoc/>
    protected override bool StartsAtOnce => true;

    /// <summary>What the witness said last; it is not asked here.</summary>
    public Task<LogHead?> HeadAsync(CancellationToken token) => Task.FromResult(_head);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _client.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task<bool> RunAsync(CancellationToken token)
    {
        if (_clock.GetUtcNow() < _notBefore)
            return false;
        try
        {
            await AskAsync(token);
        }
        finally
        {
            _asked.TrySetResult();
        }

        return false;
    }

    private async Task AskAsync(CancellationToken token)
    {
        if (!_hasBegun)
        {
            await cosigning.BeginAsync([.. witnesses.Asked.Select(w => w.Url)], witnesses.PolicyText, token);
            _knownSize = (await reader.WitnessesAsync(token)).FirstOrDefault(w => w.Url == witness.Url)?.Size ?? 0;
            _hasBegun = true;
        }

        var next = await cosigning.NextAsync(token);
        if (!_fails && next.Note.Text == _cosigned)
            return;
        var head = next.Checkpoint;
        var reply = await _client.AskAsync(next, _knownSize, (from, ends) => reader.ConsistencyAsync(from, head.Size, ends), token);
        if (reply.Cosignatures.Count > 0)
            await cosigning.KeepAsync(next, reply.Cosignatures, witnesses.Suffice, token);
        _knownSize = reply.KnownSize;
        _head =
            reply.Failure is null ? new LogHead(head.Origin, head.Size, head.Root)
            : reply.Contradicts ? new LogHead(head.Origin, reply.KnownSize, null, IsForked: true)
            : reply.KnownSize > head.Size ? new LogHead(head.Origin, reply.KnownSize, null)
            // It only failed to answer, and has what it had.
            : _head;
        _cosigned = reply.Failure is null ? next.Note.Text : _cosigned;
        await cosigning.NoteAsync(witness.Url, reply.KnownSize, reply.Failure, token);
        Say(reply);
    }

    private void Say(WitnessReply reply)
    {
        Instrumentation.LedgerCosignatures.Add(
            1,
            new KeyValuePair<string, object?>("witness", witness.Url),
            new KeyValuePair<string, object?>("outcome", reply.Failure is null ? "cosigned" : "failed")
        );
        var fails = reply.Failure is not null;
        _wait = fails ? TimeSpan.FromTicks(Math.Min(LongestWait.Ticks, Math.Max(_period.Ticks, 2 * _wait.Ticks))) : TimeSpan.Zero;
        _notBefore = _clock.GetUtcNow() + _wait;
        if (fails && !_fails)
            Failed(witness.Url, reply.Failure!);
        if (fails != _fails)
            Instrumentation.LedgerWitnessesFailing.Add(fails ? 1 : -1);
        _fails = fails;
    }

    [LoggerMessage(LogLevel.Warning, "The witness {Url} gives no cosignature. {Failure} It is asked again.")]
    private partial void Failed(string url, string failure);
}
