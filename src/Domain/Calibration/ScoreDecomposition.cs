using Domain.Statistics;

namespace Domain.Calibration;

/// <summary>
/// A mean score split into what miscalibration costs, what telling events apart gains, and what was there to be known:
/// Score = Miscalibration − Discrimination + Uncertainty. Source: Dimitriadis, Gneiting and Jordan, "Stable reliability diagrams for
/// probabilistic classifiers" (PNAS 118, 2021).
/// </summary>
/// <param name="Rule">Which score.</param>
/// <param name="Score">The weighted mean score of the forecasts as given.</param>
/// <param name="Miscalibration">MCB ≥ 0: the score less that of the recalibrated forecasts; 0 when calibrated.</param>
/// <param name="Discrimination">DSC ≥ 0: the score of the base rate less that of the recalibrated forecasts; 0 when they tell nothing apart.</param>
/// <param name="Uncertainty">UNC ≥ 0: the score of always forecasting the base rate; 0 when all outcomes are alike.</param>
public sealed record ScoreDecomposition(DecomposedRule Rule, double Score, double Miscalibration, double Discrimination, double Uncertainty)
{
    /// <summary>The least probability that enters the log score; one less it is the greatest.</summary>
    public const double LogClip = 0.001;

    /// <summary>
    /// Decomposes the score of the statements behind <paramref name="curve"/>. Only forecasts are clipped for the log score: a recalibrated
    /// value is 0 or 1 only where all outcomes were alike, and costs nothing there, so that clipping it would turn the components' signs.
    /// </summary>
    public static ScoreDecomposition Of(ReliabilityCurve curve, DecomposedRule rule)
    {
        ArgumentNullException.ThrowIfNull(curve);
        var ordered = curve.Ordered;
        CompensatedSum given = default,
            recalibrated = default;
        for (var group = 0; group < ordered.Forecasts.Length; group++)
        {
            var x = ordered.Forecasts[group];
            if (rule == DecomposedRule.Log)
                x = Math.Clamp(x, LogClip, 1 - LogClip);
            Add(ref given, rule, x, ordered.Weights[group], ordered.EventWeights[group]);
        }

        for (var block = 0; block < curve.Blocks.Count; block++)
        {
            Add(ref recalibrated, rule, curve.Blocks[block].Calibrated, curve.Blocks[block].Weight, curve.BlockEventWeights[block]);
        }

        var baseline = new CompensatedSum();
        Add(ref baseline, rule, curve.BaseRate, ordered.Weight, ordered.EventWeight);
        var score = given.Value / ordered.Weight;
        var best = recalibrated.Value / ordered.Weight;
        var uncertainty = Math.Max(0, baseline.Value / ordered.Weight);

        // Both differences are ≥ 0 in exact arithmetic; rounding may leave a few ulps below.
        return new ScoreDecomposition(rule, score, Math.Max(0, score - best), Math.Max(0, uncertainty - best), uncertainty);
    }

    private static void Add(ref CompensatedSum sum, DecomposedRule rule, double p, double weight, double events)
    {
        // What did not happen adds nothing, also where the rule has no finite value for it.
        var nonEvents = weight - events;
        if (events > 0)
            sum.Add(events * Of(rule, p, true));
        if (nonEvents > 1e-12 * weight)
            sum.Add(nonEvents * Of(rule, p, false));
    }

    private static double Of(DecomposedRule rule, double p, bool happened) =>
        rule switch
        {
            DecomposedRule.Brier => happened ? (1 - p) * (1 - p) : p * p,
            DecomposedRule.Log => -Math.Log(happened ? p : 1 - p),
            DecomposedRule.Spherical => 1 - (happened ? p : 1 - p) / Math.Sqrt(p * p + (1 - p) * (1 - p)),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "There is no such rule."),
        };
}
