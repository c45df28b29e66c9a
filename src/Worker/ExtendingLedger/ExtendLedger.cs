using Store.Ledger;

namespace Worker.ExtendingLedger;

/// <summary>Extends the ledger by what was recorded, and writes it to files. Any number of processes may do so at the same time.</summary>
public sealed partial class ExtendLedger(
    LedgerSequencer sequencer,
    LedgerReader reader,
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
    private readonly ILogger _logger = logger;
    private string? _refusal;

    /// <inheritdoc/>
    protected override TimeSpan AfterFailure => TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override bool StartsAtOnce => true;

    /// <inheritdoc/>
    protected override async Task<bool> RunAsync(CancellationToken token)
    {
        try
        {
            var extension = await sequencer.ExtendAsync(token);
            Say(extension.Refusal);
            if (extension.Leaves > 0)
                Instrumentation.LedgerLeaves.Add(extension.Leaves);
            var isBehind = !extension.HasMore && extension.Refusal is null && copies.Folder is { } folder && await folder.CatchUpAsync(reader, token);
            return extension.HasMore || isBehind;
        }
        catch
        {
            sequencer.Forget();
            throw;
        }
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
