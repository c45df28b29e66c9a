namespace Store.Importing;

/// <summary>What a file of history holds.</summary>
public enum ImportKind
{
    /// <summary>Questions, a row each.</summary>
    Questions,

    /// <summary>Steps of forecasts, one or several rows each.</summary>
    Forecasts,

    /// <summary>Outcomes and their corrections, in the order in which they were logged.</summary>
    Outcomes,
}

/// <summary>How a file of history is written.</summary>
public enum ImportFormat
{
    /// <summary>Comma-separated values with a header (RFC 4180).</summary>
    Csv,

    /// <summary>A JSON object a line.</summary>
    Ndjson,
}

/// <summary>How far an import has come.</summary>
public enum ImportStatus
{
    /// <summary>Waits for its turn, or its rows are being recorded.</summary>
    Running,

    /// <summary>Every row was read, and recorded or refused.</summary>
    Succeeded,

    /// <summary>The file could not be read to its end; what was recorded before stays.</summary>
    Failed,
}

/// <summary>A file of history on its way in, or in.</summary>
/// <param name="Id">Its id; later imports have later ids.</param>
/// <param name="Kind">What the file holds.</param>
/// <param name="Format">How the file is written.</param>
/// <param name="Status">How far it has come.</param>
/// <param name="Actor">Who imports it.</param>
/// <param name="Correlation">The trace of the request that brought it.</param>
/// <param name="Read">Rows read so far.</param>
/// <param name="Accepted">Rows of <paramref name="Read"/> that hold: recorded by this import, or recorded before.</param>
/// <param name="Unchanged">Rows of <paramref name="Accepted"/> that said what was recorded already, and added nothing.</param>
/// <param name="Refused">Rows of <paramref name="Read"/> that were refused; each is listed.</param>
/// <param name="Recorded">Events that this import recorded.</param>
/// <param name="StartedAt">When the file began to come in, UTC.</param>
/// <param name="FinishedAt">When its last row was done or it failed, UTC; null before.</param>
/// <param name="Failure">Why the file could not be read to its end, where it could not.</param>
/// <param name="ToScore">Questions that this import touched and that wait to be scored for it.</param>
public sealed record Import(
    string Id,
    ImportKind Kind,
    ImportFormat Format,
    ImportStatus Status,
    string Actor,
    string? Correlation,
    long Read,
    long Accepted,
    long Unchanged,
    long Refused,
    long Recorded,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    string? Failure,
    long ToScore
);

/// <summary>A row that was refused.</summary>
/// <param name="Line">The line of the file at which the row begins; the first is 1.</param>
/// <param name="Field">The column at fault, where it is one.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record RefusedRow(long Line, string? Field, string Reason)
{
    /// <summary>The most UTF-16 code units of a cell that a reason quotes; of a longer one, its beginning.</summary>
    public const int LongestQuote = 60;
}
