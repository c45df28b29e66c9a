using Domain.Statistics;

namespace Domain.Comparison;

/// <summary>
/// Skill against a reference as a ratio of means, never a mean of ratios: 1 − mean score/mean reference score, on the same questions, of a
/// loss whose best value is 0. Source: Murphy, "Skill scores based on the mean square error" (Monthly Weather Review 116, 1988).
/// </summary>
/// <param name="Skill">1 is perfect, 0 as good as the reference, below 0 worse.</param>
/// <param name="Interval">A 95 % bootstrap interval, resampling questions and groups whole; null for fewer than two units, or where a resampled reference loses
/// nothing.</param>
/// <param name="Questions">How many questions.</param>
public sealed record SkillScore(double Skill, ConfidenceInterval? Interval, int Questions)
{
    /// <summary>The skill of a over b, or why there is none: no question, or a reference that loses nothing.</summary>
    public static Statistic<SkillScore> Of(IEnumerable<PairedScore> scores, int draws = QuestionBootstrap.DefaultDraws, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var sorted = scores.OrderBy(s => s.Question.Value, StringComparer.Ordinal).ToArray();
        if (sorted.Length == 0)
            return Statistic.Missing<SkillScore>(StatisticStatus.NoData, "There is no question that both forecast.");
        var groups = QuestionGroups.Number(sorted, s => s.Group);
        var own = ResamplingUnits.Of(Array.ConvertAll(sorted, s => s.ScoreA), groups);
        var reference = ResamplingUnits.Of(Array.ConvertAll(sorted, s => s.ScoreB), groups);
        var referenceSum = CompensatedSum.Of(reference.Sums);
        if (!(referenceSum > 0))
            return Statistic.Missing<SkillScore>(StatisticStatus.NoVariation, "The reference loses nothing, so that nothing can be gained on it.");
        ConfidenceInterval? interval = null;
        if (own.Sums.Length >= 2)
        {
            // Sums divided by sums of the same resample are the replicates of the ratio of means.
            var replicates = QuestionBootstrap.Replicates(own.Sums, reference.Sums, draws, seed);
            for (var i = 0; i < replicates.Length; i++)
                replicates[i] = 1 - replicates[i];
            if (replicates.All(double.IsFinite))
                interval = QuestionBootstrap.IntervalOf(replicates, own.Sums.Length);
        }

        return Statistic.Of(new SkillScore(1 - CompensatedSum.Of(own.Sums) / referenceSum, interval, sorted.Length));
    }
}
