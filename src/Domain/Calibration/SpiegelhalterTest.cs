using Domain.Statistics;

namespace Domain.Calibration;

/// <summary>
/// Tests whether the mean Brier score is what it would be under calibration: z = Σw(y−p)(1−2p)/√V, standard normal when calibrated; above 0
/// the score is worse than the forecasts promised. V is the variance under calibration when one uniform number decides all statements on a
/// question (see <see cref="ConsistencyBand"/>), so that revisions do not count as news; with one statement a question it is
/// Σw²(1−2p)²p(1−p), as in Spiegelhalter, "Probabilistic prediction in patient management and clinical trials" (Statistics in Medicine
/// 5, 1986).
/// </summary>
/// <param name="Z">The statistic.</param>
/// <param name="PValue">Two-sided, in [0, 1].</param>
public sealed record SpiegelhalterTest(double Z, double PValue)
{
    /// <summary>Computes z, or says why there is none: where all forecasts are 0, ½ or 1 it cannot vary.</summary>
    public static Statistic<SpiegelhalterTest> Of(CalibrationSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        if (sample.Count == 0)
            return Statistic.Missing<SpiegelhalterTest>(StatisticStatus.NoData, "There is no forecast on a resolved question.");
        var excess = new CompensatedSum();
        var byQuestion = new int[sample.Count];
        for (var i = 0; i < byQuestion.Length; i++)
        {
            byQuestion[i] = i;
            excess.Add(sample.Weights[i] * ((sample.Outcomes[i] ? 1 : 0) - sample.Forecasts[i]) * (1 - 2 * sample.Forecasts[i]));
        }

        var questions = sample.Questions.ToArray();
        Array.Sort(questions, byQuestion);
        CompensatedSum variance = default,
            scale = default;
        var steps = new List<(double At, int Statement, double Step)>();
        for (var from = 0; from < questions.Length; )
        {
            var to = from + 1;
            while (to < questions.Length && questions[to] == questions[from])
                to++;
            Array.Sort(byQuestion, from, to - from);
            variance.Add(Variance(sample, byQuestion.AsSpan(from, to - from), steps));
            for (; from < to; from++)
                scale.Add(sample.Weights[byQuestion[from]] * sample.Weights[byQuestion[from]]);
        }

        if (!(variance.Value > 1e-24 * scale.Value))
        {
            return Statistic.Missing<SpiegelhalterTest>(
                StatisticStatus.NoVariation,
                "Every forecast is 0, ½ or 1, where the score cannot vary about its expectation."
            );
        }

        var z = excess.Value / Math.Sqrt(variance.Value);
        return Statistic.Of(new SpiegelhalterTest(z, NormalDistribution.TwoSided(z)));
    }

    // A question's part of the sum is a step function of its u: each statement adds w(1−2p) on its slice. Its variance over u in [0, 1).
    private static double Variance(CalibrationSample sample, ReadOnlySpan<int> statements, List<(double At, int Statement, double Step)> steps)
    {
        if (statements.Length == 1)
        {
            var p = sample.Forecasts[statements[0]];
            var step = sample.Weights[statements[0]] * (1 - 2 * p);
            return step * step * p * (1 - p);
        }

        steps.Clear();
        double mean = 0;
        foreach (var statement in statements)
        {
            var p = sample.Forecasts[statement];
            var step = sample.Weights[statement] * (1 - 2 * p);
            var start = sample.StartOf(statement);
            mean += p * step;
            steps.Add((start, statement, step));
            steps.Add((start + p, statement, -step));
        }

        steps.Sort();
        double height = -mean,
            at = 0;
        var variance = new CompensatedSum();
        foreach (var (place, _, step) in steps)
        {
            variance.Add((place - at) * height * height);
            height += step;
            at = place;
        }

        variance.Add(Math.Max(0, 1 - at) * mean * mean);
        return variance.Value;
    }
}
