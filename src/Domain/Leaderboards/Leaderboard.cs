using Domain.Statistics;

namespace Domain.Leaderboards;

/// <summary>Ranks forecasters by what their scores are evidence of, and says which places the evidence does not tell apart.</summary>
public static class Leaderboard
{
    /// <summary>
    /// The board's rows by rank; the order of <paramref name="scores"/> changes nothing. On a board of <see cref="BoardKind.Loss"/> or
    /// <see cref="BoardKind.Gain"/> a score without a reference is left out, since nothing says how hard its question was.
    /// </summary>
    /// <exception cref="ArgumentException">A forecaster has two scores on a question, a score is not finite, or a coverage not in [0, 1].</exception>
    public static IReadOnlyList<LeaderboardRow> Rank(IEnumerable<BoardScore> scores, BoardKind kind, LeaderboardOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        options ??= new LeaderboardOptions();
        var entries = BoardEntries.Of(kind.OverStandingTime() ? scores.Where(s => s.Reference is not null) : scores, kind, options);
        Parallel.For(
            0,
            entries.Length,
            new ParallelOptions { MaxDegreeOfParallelism = options.Threads },
            i =>
            {
                var entry = entries[i];
                entry.Interval = QuestionBootstrap.MeanInterval(entry.Scores, entry.Groups, draws: options.Draws, seed: options.Seed);
            }
        );

        var sign = kind.HigherIsBetter() ? -1 : 1;
        Array.Sort(entries, (a, b) => a.Shrunk != b.Shrunk ? (sign * a.Shrunk).CompareTo(sign * b.Shrunk) : string.CompareOrdinal(a.Forecaster, b.Forecaster));
        var tied = PlaceComparison.Ties(entries, options);
        var rows = new LeaderboardRow[entries.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            var entry = entries[i];
            var rank = i > 0 && entry.Shrunk == entries[i - 1].Shrunk ? rows[i - 1].Rank : i + 1;
            rows[i] = new LeaderboardRow(rank, entry.Forecaster, entry.Scores.Length, entry.MeanCoverage, entry.Mean, entry.Interval, entry.Shrunk, tied[i]);
        }

        return rows;
    }
}
