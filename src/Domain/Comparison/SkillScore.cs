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
        var places = Enumerable.Range(0, sorted.Length).ToArray();
        var (own, reference) = (Array.ConvertAll(sorted, s => s.ScoreA), Array.ConvertAll(sorted, s => s.ScoreB));
        return Of([(own, reference, places)], groups, draws, seed)[0];
    }

    /// <summary>The skills of many, each over a reference on the same questions.</summary>
    /// <param name="pairs">By forecaster the own scores, the reference's and the places of the questions in <paramref name="groups"/>, rising.</param>
    /// <param name="groups">Every question's group; null where each stands alone.</param>
    /// <param name="draws">How many resamples.</param>
    /// <param name="seed">Decides the resamples.</param>
    internal static Statistic<SkillScore>[] Of(
        IReadOnlyList<(double[] Own, double[] Reference, int[] Questions)> pairs,
        int[]? groups,
        int draws = QuestionBootstrap.DefaultDraws,
        ulong seed = 0
    )
    {
        var skills = new Statistic<SkillScore>[pairs.Count];
        var (places, ratios) = (new List<int>(), new List<ResampledRatio>());
        foreach (var (i, (own, reference, questions)) in pairs.Index())
        {
            var (sums, referenceSums) = (
                ResamplingUnits.MeanOf(own, questions, groups).Numerators,
                ResamplingUnits.MeanOf(reference, questions, groups).Numerators
            );
            var referenceSum = CompensatedSum.Of(referenceSums);
            skills[i] =
                questions.Length == 0 ? Statistic.Missing<SkillScore>(StatisticStatus.NoData, "There is no question that both forecast.")
                : referenceSum > 0 ? Statistic.Of(new SkillScore(1 - CompensatedSum.Of(sums) / referenceSum, null, questions.Length))
                : Statistic.Missing<SkillScore>(StatisticStatus.NoVariation, "The reference loses nothing, so that nothing can be gained on it.");
            if (skills[i].Value is null || sums.Length < 2)
                continue;
            places.Add(i);
            ratios.Add(new ResampledRatio(sums, referenceSums));
        }

        // Sums divided by sums of the same resample are the replicates of the ratio of means.
        JointResamples.Replicate(
            ratios,
            draws,
            seed,
            threads: -1,
            (at, replicates) =>
            {
                for (var i = 0; i < replicates.Length; i++)
                    replicates[i] = 1 - replicates[i];
                if (replicates.All(double.IsFinite))
                    skills[places[at]] = Statistic.Of(skills[places[at]].Value! with { Interval = QuestionBootstrap.IntervalOf(replicates, ratios[at].Units) });
            }
        );
        return skills;
    }
}
