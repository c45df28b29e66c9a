using Store.Importing;

namespace Worker.Importing;

/// <summary>
/// What an export states about the record of a row: <c>event_id</c>, <c>recorded_at</c>, <c>imported</c>, and for a forecast <c>after_outcome</c>. They are
/// read, and refused if unreadable, but not stored. When another system recorded something is only its claim; what is recorded here has its own id, instant and
/// mark of an import. For forecasts, <c>event_id</c> distinguishes two that were made at one instant.
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
