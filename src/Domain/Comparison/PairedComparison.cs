using Domain.Questions;
using Domain.Statistics;

namespace Domain.Comparison;

/// <summary>One question that both forecast.</summary>
/// <param name="Question">The question's name, which orders the questions.</param>
/// <param name="Group">The name of the question's group, whose questions are resampled and flipped whole; null when it stands alone.</param>
/// <param name="ScoreA">The first forecaster's score on it.</param>
/// <param name="ScoreB">The second's, by the same rule over the same time.</param>
public readonly record struct PairedScore(QuestionSlug Question, string? Group, double ScoreA, double ScoreB);

/// <summary>Two forecasters on the questions that both forecast, one difference a question.</summary>
/// <param name="Status">Whether there is a question to compare on.</param>
/// <param name="Reason">What is lacking; null when nothing is.</param>
/// <param name="Questions">How many questions.</param>
/// <param name="Units">How many units they are resampled and flipped by: groups, and questions without one.</param>
/// <param name="Difference">Mean of a's score − b's, in the rule's unit; null without questions.</param>
/// <param name="Interval">A 95 % bootstrap interval for it, resampling units; null for fewer than two.</param>
/// <param name="PValue">Two-sided sign-flip p-value, flipping units; null without questions.</param>
/// <param name="Method">How the p-value was obtained.</param>
public sealed record PairedComparison(
    StatisticStatus Status,
    string? Reason,
    int Questions,
    int Units,
    double? Difference,
    ConfidenceInterval? Interval,
    double? PValue,
    SignFlipMethod Method
)
{
    /// <summary>Compares two forecasters; the order of <paramref name="scores"/> changes nothing.</summary>
    /// <param name="scores">One entry a question that both forecast.</param>
    /// <param name="draws">How many bootstrap resamples.</param>
    /// <param name="flips">How many random sign flips where there are too many units to count all.</param>
    /// <param name="seed">Decides resamples and flips.</param>
    /// <exception cref="ArgumentException">A question is there twice, or a score is not finite.</exception>
    public static PairedComparison Of(
        IEnumerable<PairedScore> scores,
        int draws = QuestionBootstrap.DefaultDraws,
        int flips = SignFlipTest.DefaultFlips,
        ulong seed = 0
    )
    {
        ArgumentNullException.ThrowIfNull(scores);
        var sorted = scores.OrderBy(s => s.Question.Value, StringComparer.Ordinal).ToArray();
        if (sorted.Length == 0)
        {
            return new PairedComparison(StatisticStatus.NoData, "There is no question that both forecast.", 0, 0, null, null, null, SignFlipMethod.Exact);
        }

        var differences = new double[sorted.Length];
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i > 0 && sorted[i].Question == sorted[i - 1].Question)
                throw new ArgumentException($"Question {sorted[i].Question} is there twice.", nameof(scores));
            differences[i] = sorted[i].ScoreA - sorted[i].ScoreB;
            if (!double.IsFinite(differences[i]))
                throw new ArgumentException($"A score on {sorted[i].Question} is not finite.", nameof(scores));
        }

        var groups = QuestionGroups.Number(sorted, s => s.Group);
        var units = ResamplingUnits.Of(differences, groups);
        var test = SignFlipTest.Of(units.Sums, flips, seed);
        var interval = QuestionBootstrap.MeanInterval(differences, groups, draws: draws, seed: seed);
        var mean = CompensatedSum.Of(differences) / differences.Length;
        return new PairedComparison(StatisticStatus.Computed, null, differences.Length, units.Sums.Length, mean, interval, test.TwoSided, test.Method);
    }
}
