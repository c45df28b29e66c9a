using Store.Importing;

namespace Worker.Importing;

/// <summary>
/// The rows of a file of forecasts in the order of time. A forecaster's rows on a question are ordered by the instants at which the forecasts were made; rows
/// of one instant are adjacent and keep their order in the file. A file in that order keeps it. Any other file is sorted by time as a whole.
/// </summary>
public static class OrderOfTime
{
    /// <summary>The most rows of one forecaster on one question at one instant: several times as many as one forecast can have.</summary>
    public const int MostAtOnce = 10_000;

    /// <summary>The most pairs of forecaster and question that are tracked to see whether a file is in order. A file with more is sorted.</summary>
    private const int MostFollowed = 1_000_000;

    /// <param name="rows">Reads the file from its beginning. It is read twice.</param>
    public static IEnumerable<ImportRow> Of(RowsOfFile rows) =>
        Bounded(StandInOrder(rows(ForecastColumns.Question, ForecastColumns.Forecaster, ForecastColumns.MadeAt)) ? rows() : Sorted(rows()));

    /// <summary>Whether two rows have the same forecaster, question and instant, even in different spellings.</summary>
    public static bool AreAtOnce(ImportRow a, ImportRow b)
    {
        if (a.Values[ForecastColumns.Question] is null || a.Values[ForecastColumns.Forecaster] is null)
            return false;
        if (
            a.Values[ForecastColumns.Question] != b.Values[ForecastColumns.Question]
            || a.Values[ForecastColumns.Forecaster] != b.Values[ForecastColumns.Forecaster]
        )
            return false;
        return MadeAt(a) is { } at && (a.Values[ForecastColumns.MadeAt] == b.Values[ForecastColumns.MadeAt] || MadeAt(b) == at);
    }

    /// <summary>
    /// The instant at which the forecast was made, according to the row; null if the row does not state it. It is read even if another cell is wrong.
    /// </summary>
    internal static DateTimeOffset? MadeAt(ImportRow row)
    {
        RefusedRow? ignored = null;
        return row.Instant("made_at", row.Values[ForecastColumns.MadeAt], ref ignored);
    }

    private static bool StandInOrder(IEnumerable<ImportRow> rows)
    {
        var last = new Dictionary<ulong, long>();
        var before = 0UL;
        foreach (var row in rows)
        {
            if (MadeAt(row) is not { } at)
            {
                before = 0;
                continue;
            }

            // A hash collision at worst causes an unnecessary sort. The hash is the same on every machine, as the order of a file must be.
            var who = Hash(row.Values[ForecastColumns.Question], row.Values[ForecastColumns.Forecaster]);
            if (last.TryGetValue(who, out var ticks) && (at.UtcTicks < ticks || (at.UtcTicks == ticks && who != before)))
                return false;
            if (last.Count == MostFollowed && !last.ContainsKey(who))
                return false;
            last[who] = at.UtcTicks;
            before = who;
        }

        return true;
    }

    // Unreadable rows come first and belong to no forecast.
    private static IEnumerable<ImportRow> Sorted(IEnumerable<ImportRow> rows) =>
        SortedRows.Of(
            rows,
            row => MadeAt(row)?.UtcTicks ?? -1,
            (a, b) =>
                string.CompareOrdinal(a.Values[ForecastColumns.Question], b.Values[ForecastColumns.Question]) is var byQuestion and not 0
                    ? byQuestion
                    : string.CompareOrdinal(a.Values[ForecastColumns.Forecaster], b.Values[ForecastColumns.Forecaster])
        );

    // Fowler, Noll and Vo's hash (FNV-1a, 64 bits), over UTF-16 code units.
    private static ulong Hash(string? question, string? forecaster)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in question.AsSpan())
            hash = (hash ^ c) * 1099511628211UL;
        hash = (hash ^ '/') * 1099511628211UL;
        foreach (var c in forecaster.AsSpan())
            hash = (hash ^ c) * 1099511628211UL;
        return hash | 1;
    }

    private static IEnumerable<ImportRow> Bounded(IEnumerable<ImportRow> rows)
    {
        ImportRow? before = null;
        var count = 0;
        foreach (var row in rows)
        {
            count = before is not null && AreAtOnce(before, row) ? count + 1 : 1;
            before = row;
            yield return count <= MostAtOnce
                ? row
                : row with
                {
                    Problem = row.Refuse("made_at", $"More than {MostAtOnce:N0} rows share this question, forecaster and instant; no forecast has so many."),
                };
        }
    }
}
