using Domain.Statistics;

namespace Domain.Leaderboards;

/// <summary>One forecaster's scores in the canonical order of questions.</summary>
internal sealed class BoardEntry
{
    /// <summary>Who.</summary>
    public required string Forecaster { get; init; }

    /// <summary>Rising numbers of questions.</summary>
    public required int[] Questions { get; init; }

    /// <summary>The score on each question.</summary>
    public required double[] Scores { get; init; }

    /// <summary>What pairs are compared by: the score, or its difference to the reference over the same days, since two forecasters' days differ.</summary>
    public required double[] Compared { get; init; }

    /// <summary>The sum of the coverages, each in [0, 1].</summary>
    public required double Coverage { get; init; }

    /// <summary>What the place goes by; see <see cref="BoardKind"/>.</summary>
    public required double Shrunk { get; init; }

    /// <summary>The mean score.</summary>
    public double Mean => CompensatedSum.Of(Scores) / Scores.Length;

    /// <summary>The mean coverage, in [0, 1].</summary>
    public double MeanCoverage => Coverage / Scores.Length;

    /// <summary>The bootstrap interval of the mean; null until it is computed, and for fewer than two questions.</summary>
    public ConfidenceInterval? Interval { get; set; }
}

/// <summary>Turns a board's scores into entries.</summary>
internal static class BoardEntries
{
    /// <summary>The entries of everybody with enough questions, by forecaster. Scores that are compared as they are stay where they are.</summary>
    /// <exception cref="ArgumentException">A forecaster has two scores on a question, a score is not finite, or a coverage not in [0, 1].</exception>
    public static BoardEntry[] Of(BoardTable table, BoardKind kind, LeaderboardOptions options)
    {
        var columns = kind.OverStandingTime() ? table.Columns.Select(c => c.WithReference()) : table.Columns;
        return [.. columns.Where(c => c.Questions.Length >= Math.Max(1, options.MinimumQuestions)).Select(c => Entry(table, c, kind, options))];
    }

    private static BoardEntry Entry(BoardTable table, BoardColumn column, BoardKind kind, LeaderboardOptions options)
    {
        var compared = kind.OverStandingTime() ? new double[column.Scores.Length] : column.Scores;
        var evidence = new CompensatedSum();
        var coverage = new CompensatedSum();
        for (var i = 0; i < column.Scores.Length; i++)
        {
            Check(table, column, i);
            if (kind.OverStandingTime())
                compared[i] = column.Shared(i) - column.References![i];
            evidence.Add(kind.OverStandingTime() ? column.Coverages[i] * compared[i] : compared[i]);
            coverage.Add(column.Coverages[i]);
        }

        return new BoardEntry
        {
            Forecaster = column.Forecaster,
            Questions = column.Questions,
            Scores = column.Scores,
            Compared = compared,
            Coverage = coverage.Value,
            Shrunk = evidence.Value / (options.Shrinkage + (kind == BoardKind.SpotPoints ? column.Scores.Length : coverage.Value)),
        };
    }

    private static void Check(BoardTable table, BoardColumn column, int i)
    {
        if (i > 0 && column.Questions[i] <= column.Questions[i - 1])
            throw new ArgumentException($"{column.Forecaster} has two scores on {table.Questions[column.Questions[i]]}.", nameof(table));
        if (!double.IsFinite(column.Scores[i]))
            throw new ArgumentException($"The score of {column.Forecaster} on {table.Questions[column.Questions[i]]} is not finite.", nameof(table));
        if (!(column.Coverages[i] >= 0 && column.Coverages[i] <= 1))
            throw new ArgumentException($"A coverage of {column.Coverages[i]} is not in [0, 1].", nameof(table));
    }
}
