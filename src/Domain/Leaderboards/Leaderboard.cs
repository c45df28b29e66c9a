using Domain.Statistics;

namespace Domain.Leaderboards;

/// <summary>Ranks forecasters by what their scores are evidence of, and says which places the evidence does not tell apart.</summary>
public static class Leaderboard
{
    /// <summary>The board's rows by rank; the order of <paramref name="scores"/> changes nothing.</summary>
    /// <inheritdoc cref="Rank(BoardTable, BoardKind, LeaderboardOptions?)"/>
    public static IReadOnlyList<LeaderboardRow> Rank(IEnumerable<BoardScore> scores, BoardKind kind, LeaderboardOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return Rank(BoardTable.Of(kind.OverStandingTime() ? scores.Where(s => s.Reference is not null) : scores), kind, options);
    }

    /// <summary>
    /// The board's rows by rank. On a board of <see cref="BoardKind.Loss"/> or <see cref="BoardKind.Gain"/> a score without a reference is left out, since
    /// nothing says how hard its question was.
    /// </summary>
    /// <exception cref="ArgumentException">A forecaster has two scores on a question, a score is not finite, or a coverage not in [0, 1].</exception>
    public static IReadOnlyList<LeaderboardRow> Rank(BoardTable table, BoardKind kind, LeaderboardOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        options ??= new LeaderboardOptions();
        var entries = BoardEntries.Of(table, kind, options);
        var intervals = QuestionBootstrap.MeanIntervals(
            [.. entries.Select(e => ResamplingUnits.MeanOf(e.Scores, e.Questions, table.HasGroups ? table.Groups : null))],
            draws: options.Draws,
            seed: options.Seed,
            threads: options.Threads
        );
        for (var i = 0; i < entries.Length; i++)
            entries[i].Interval = intervals[i];

        var sign = kind.HigherIsBetter() ? -1 : 1;
        Array.Sort(entries, (a, b) => a.Shrunk != b.Shrunk ? (sign * a.Shrunk).CompareTo(sign * b.Shrunk) : string.CompareOrdinal(a.Forecaster, b.Forecaster));
        var ties = PlaceComparison.Ties(entries, table, options);
        var rows = new LeaderboardRow[entries.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            var entry = entries[i];
            var rank = i > 0 && entry.Shrunk == entries[i - 1].Shrunk ? rows[i - 1].Rank : i + 1;
            rows[i] = new LeaderboardRow(rank, entry.Forecaster, entry.Scores.Length, entry.MeanCoverage, entry.Mean, entry.Interval, entry.Shrunk, ties[i]);
        }

        return rows;
    }
}
