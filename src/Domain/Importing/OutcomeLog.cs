namespace Domain.Importing;

/// <summary>A row of the outcome log of one question.</summary>
/// <param name="Outcome">The outcome in its one spelling, or a reserved word.</param>
/// <param name="KnownAt">The instant from which the world knew it, UTC.</param>
public readonly record struct LoggedOutcome(string Outcome, DateTimeOffset KnownAt);

/// <summary>
/// The position of a file in the outcome log of one question. Rows that were read before are recognized by their position in the log. A file that is imported
/// again, as a whole or in part, adds nothing. A longer version of it adds its new rows.
/// </summary>
/// <remarks>
/// Each row of the file is searched for among the recorded rows after the last one that was found. A log that says yes, no and yes again, all known at one
/// instant, therefore has three rows, and still three when it is imported again. A row that repeats the row before it adds nothing. A row that is not found is
/// new: it is added at the end, and the search goes on after it. A file that begins with rows that the log already has is taken for a repetition. A file of
/// new rows only, whose first rows repeat earlier ones to the instant, cannot be distinguished from that.
/// </remarks>
/// <param name="recorded">The rows that were read before, in their order.</param>
/// <param name="at">How many of them, from the first, the file has met already.</param>
public sealed class OutcomeLog(IEnumerable<LoggedOutcome> recorded, int at = 0)
{
    private readonly List<LoggedOutcome> _rows = [.. recorded];

    /// <summary>How many of the recorded rows, counted from the first, the file has repeated or skipped.</summary>
    public int At { get; private set; } = at;

    /// <summary>How many rows are recorded.</summary>
    public int Count => _rows.Count;

    /// <summary>Whether the next row of the file was read before. The search then goes on after that row.</summary>
    public bool Repeats(LoggedOutcome row)
    {
        if (At > 0 && At <= _rows.Count && _rows[At - 1] == row)
            return true;
        var found = At < _rows.Count ? _rows.IndexOf(row, At) : -1;
        if (found < 0)
            return false;
        At = found + 1;
        return true;
    }

    /// <summary>Records the file's next row, which was not read before.</summary>
    public void Add(LoggedOutcome row)
    {
        _rows.Add(row);
        At = _rows.Count;
    }
}
