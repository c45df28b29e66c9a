using Worker.Witnessing;

namespace Worker.ExtendingLedger;

/// <summary>How the ledger is kept (section <c>Ledger</c>).</summary>
public sealed record LedgerOptions
{
    /// <summary>Whether this process extends the ledger, if it has an origin and keys.</summary>
    public bool Keep { get; init; } = true;

    /// <summary>The name of the log, such as <c>forecasts.example.org/ledger</c>; it is fixed for life. Without one no ledger is kept.</summary>
    public string? Origin { get; init; }

    /// <summary>The key that signs every checkpoint, as <c>ledger rotate</c> makes it.</summary>
    public string? Ed25519Key { get; init; }

    /// <summary>The key that signs a checkpoint at least once a minute, as <c>ledger rotate</c> makes it.</summary>
    public string? MlDsa44Key { get; init; }

    /// <summary>The folder for a copy of the log as plain files. Without one there is no copy.</summary>
    public string? Folder { get; init; }

    /// <summary>The witnesses that are asked for cosignatures.</summary>
    public IReadOnlyList<WitnessOptions> Witnesses { get; init; } = [];

    /// <summary>A tlog-policy file: its witnesses with an address are asked as well, and it says which of them have to have cosigned.</summary>
    public string? Policy { get; init; }

    /// <summary>Seconds between two requests to a witness, above 0.</summary>
    public double WitnessSeconds { get; init; } = 5;

    /// <summary>The most seconds that a witness is waited for, a request; above 0.</summary>
    public double WitnessTimeoutSeconds { get; init; } = 10;

    /// <summary>A time-stamping authority by RFC 3161. Without one no time stamps are taken.</summary>
    public Uri? TimestampUrl { get; init; }

    /// <summary>
    /// A file in PEM with the certificate of the time-stamping authority, or of its root. Without one it is verified that a time stamp holds, and not whose
    /// it is.
    /// </summary>
    public string? TimestampCertificates { get; init; }

    /// <summary>How many seconds a log that grows goes without a time stamp, above 0.</summary>
    public double TimestampSeconds { get; init; } = 3_600;

    /// <summary>Milliseconds between two looks for events.</summary>
    public int PollMilliseconds { get; init; } = 400;
}
