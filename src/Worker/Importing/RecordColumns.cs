using Store.Importing;

namespace Worker.Importing;

/// <summary>
/// What an export says of the record that a row was taken from: <c>event_id</c>, <c>recorded_at</c>, <c>imported</c>, and of a forecast <c>after_outcome</c>.
/// They are read, and refused where they cannot be, but not taken over: that another system recorded something then is its own word, and what is recorded here
/// has an id, an instant and the mark of an import of its own. On a forecast, <c>event_id</c> parts two that were made at one instant.
/// </summary>
internal static class RecordColumns
{
    private const int LongestId = 100;

    /// <summary>Checks these columns, which follow those of <see cref="ImportColumns.Of"/>.</summary>
    public static void CheckRecord(this ImportRow row, ImportKind kind, ref RefusedRow? refused)
    {
        var first = ImportColumns.Of(kind).Count;
        var (id, recordedAt, imported) = (row.Values[first], row.Values[first + 1], row.Values[first + 2]);
        if (id is { Length: > LongestId })
            refused ??= row.Refuse("event_id", $"An 'event_id' has at most {LongestId} characters, as exports write it.");
        if (recordedAt is not null)
            row.Instant("recorded_at", recordedAt, ref refused);
        if (imported is not null)
            row.Flag("imported", imported, ref refused);
        if (kind == ImportKind.Forecasts && row.Values[first + 3] is { } after)
            row.Flag(ImportColumns.AfterOutcome, after, ref refused);
    }
}
