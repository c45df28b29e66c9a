using Domain.Statistics;

namespace Domain.Leaderboards;

/// <summary>One forecaster's scores in the canonical order of questions.</summary>
internal sealed class BoardEntry
{
    /// <summary>Who.</summary>
    public required string Forecaster { get; init; }

    /// <summary>Rising numbers of questions.</summary>
    public required int[] Questions { get; init; }

    /// <summary>Each question's group, numbered over the whole board.</summary>
    public required int[] Groups { get; init; }

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

/// <summary>Turns a board's scores, in any order, into entries.</summary>
internal static class BoardEntries
{
    /// <summary>The entries of everybody with enough questions, by forecaster.</summary>
    /// <exception cref="ArgumentException">A forecaster has two scores on a question, a score is not finite, or a coverage not in [0, 1].</exception>
    public static BoardEntry[] Of(IEnumerable<BoardScore> scores, BoardKind kind, LeaderboardOptions options)
    {
        var all = scores.ToArray();
        Array.Sort(
            all,
            (a, b) =>
                string.CompareOrdinal(a.Forecaster.Value, b.Forecaster.Value) is var by and not 0
                    ? by
                    : string.CompareOrdinal(a.Question.Value, b.Question.Value)
        );
        var questionNames = all.Select(s => s.Question.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var questions = new Dictionary<string, int>(questionNames.Length, StringComparer.Ordinal);
        foreach (var name in questionNames)
            questions.Add(name, questions.Count);
        var groups = Groups(all, questions);

        var entries = new List<BoardEntry>();
        for (var from = 0; from < all.Length; )
        {
            var to = from + 1;
            while (to < all.Length && all[to].Forecaster == all[from].Forecaster)
                to++;
            if (to - from >= options.MinimumQuestions)
                entries.Add(Entry(all.AsSpan(from, to - from), kind, options, questions, groups));
            from = to;
        }

        return [.. entries];
    }

    private static BoardEntry Entry(
        ReadOnlySpan<BoardScore> scores,
        BoardKind kind,
        LeaderboardOptions options,
        Dictionary<string, int> questions,
        int[] groups
    )
    {
        var numbers = new int[scores.Length];
        var groupOf = new int[scores.Length];
        var values = new double[scores.Length];
        var compared = new double[scores.Length];
        var evidence = new CompensatedSum();
        var coverage = new CompensatedSum();
        for (var i = 0; i < scores.Length; i++)
        {
            var score = scores[i];
            if (i > 0 && score.Question == scores[i - 1].Question)
                throw new ArgumentException($"{score.Forecaster} has two scores on {score.Question}.", nameof(scores));
            if (!double.IsFinite(score.Score))
                throw new ArgumentException($"The score of {score.Forecaster} on {score.Question} is not finite.", nameof(scores));
            if (!(score.Coverage >= 0 && score.Coverage <= 1))
                throw new ArgumentException($"A coverage of {score.Coverage} is not in [0, 1].", nameof(scores));
            numbers[i] = questions[score.Question.Value];
            groupOf[i] = groups[numbers[i]];
            values[i] = score.Score;
            compared[i] = kind.OverStandingTime() ? (score.OnSharedTime ?? score.Score) - score.Reference!.Value : score.Score;
            evidence.Add(kind.OverStandingTime() ? score.Coverage * compared[i] : compared[i]);
            coverage.Add(score.Coverage);
        }

        return new BoardEntry
        {
            Forecaster = scores[0].Forecaster.Value,
            Questions = numbers,
            Groups = groupOf,
            Scores = values,
            Compared = compared,
            Coverage = coverage.Value,
            Shrunk = evidence.Value / (options.Shrinkage + (kind == BoardKind.SpotPoints ? scores.Length : coverage.Value)),
        };
    }

    private static int[] Groups(BoardScore[] all, Dictionary<string, int> questions)
    {
        var names = new string?[questions.Count];
        foreach (var score in all)
            names[questions[score.Question.Value]] = score.Group;
        return Comparison.QuestionGroups.Number(names, name => name);
    }
}
