using Store.Ledger;

namespace Worker.ExtendingLedger;

/// <summary>Extends the ledger by what was recorded, and writes it to files. Any number of processes may do so at the same time.</summary>
public sealed partial class ExtendLedger(
    LedgerSequencer sequencer,
    LedgerReader reader,
    LedgerCosigning cosigning,
    LedgerCopies copies,
    LedgerOptions options,
    TimeProvider clock,
    ILogger<ExtendLedger> logger
)
    : RepeatedWork(
        TimeSpan.FromMilliseconds(Math.Max(1, options.PollMilliseconds)),
        clock,
        logger,
        // Nothing is lost: an extension is committed as a whole, or not at all.
        "Extending the ledger was interrupted; it goes on where it was"
    )
{
    /// <summary>How often the folder is looked at while this process adds nothing.</summary>
    private static readonly TimeSpan BetweenCopies = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = logger;
    private readonly TimeProvider _clock = clock;
    private long? _copiedAt;
    private string? _refusal;
    private bool _hasAsked;

    /// <inheritdoc/>
    protected override TimeSpan AfterFailure => TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override bool StartsAtOnce => true;

    /// <inheritdoc/>
    protected override async Task<bool> RunAsync(CancellationToken token)
    {
        try
        {
            if (!_hasAsked)
            {
                // Witnesses that are asked no more are not reported either, and no policy asks for them.
                if (copies.Witnesses.Count == 0)
                    await cosigning.BeginAsync([], null, token);
                await copies.AskedAsync(_clock, token);
            }

            _hasAsked = true;
            var extension = await sequencer.ExtendAsync(token);
            Say(extension.Refusal);
            if (extension.Leaves > 0)
                Instrumentation.LedgerLeaves.Add(extension.Leaves);
            var isBehind = !extension.HasMore && extension.Refusal is null && await CopyAsync(extension.Leaves > 0, token);
            return extension.HasMore || isBehind;
        }
        catch
        {
            sequencer.Forget();
            throw;
        }
    }

    /// <summary>Brings the folder up to the log. Another process may have extended it, so that the folder is also looked at where this one has not.</summary>
    private async Task<bool> CopyAsync(bool hasGrown, CancellationToken token)
    {
        if (copies.Folder is not { } folder || (!hasGrown && _copiedAt is { } at && _clock.GetElapsedTime(at) < BetweenCopies))
            return false;
        if (await folder.CatchUpAsync(reader, token))
            return true;
        _copiedAt = _clock.GetTimestamp();
        return false;
    }

    private void Say(string? refusal)
    {
        if (refusal == _refusal)
            return;
        if (refusal is not null)
            Refused(refusal);
        Instrumentation.LedgerRefusals.Add((refusal is null ? 0 : 1) - (_refusal is null ? 0 : 1));
        _refusal = refusal;
    }

    [LoggerMessage(LogLevel.Error, "The ledger is not signed. {Refusal}")]
    private partial void Refused(string refusal);
}
