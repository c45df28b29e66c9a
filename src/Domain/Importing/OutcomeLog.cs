namespace Domain.Importing;

/// <summary>A row of the outcome log of one question.</summary>
/// <param name="Outcome">The outcome in its one spelling, or a reserved word.</param>
/// <param name="KnownAt">The instant from which the world knew it, UTC.</param>
public readonly record struct LoggedOutcome(string Outcome, DateTimeOffset KnownAt);

/// <summary>
/// Where a file stands in the outcome log of one question. A log is read in its order, and what was read of it before is recognised by where it stands: a
/// file that comes in again, whole or in part, adds nothing, a longer version of it adds what is new.
/// </summary>
/// <remarks>
/// Each row of the file is looked for among the recorded rows behind the one that was met last. So a log that says yes, no and yes again, all known at one
/// instant, is three rows, and again three when it comes in again. A row that says what the row before it says adds nothing. A row that is met nowhere behind
/// is new, comes at the end, and the file stands behind it. A file that begins with what the log said before is taken for the log come in again: a file that
/// holds only what is new, and whose first rows repeat earlier ones to the instant, cannot be told from it.
/// </remarks>
/// <param name="recorded">The rows that were read before, in their order.</param>
/// <param name="at">How many of them, from the first, the file has met already.</param>
public sealed class OutcomeLog(IEnumerable<LoggedOutcome> recorded, int at = 0)
{
    private readonly List<LoggedOutcome> _rows = [.. recorded];

    /// <summary>How many of the recorded rows, from the first, the file has met or passed over.</summary>
    public int At { get; private set; } = at;

    /// <summary>How many rows are recorded.</summary>
    public int Count => _rows.Count;

    /// <summary>Whether the file's next row was read before; it then stands behind that row.</summary>
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
