using Domain.Statistics;

namespace Domain.Calibration;

/// <summary>What is in one bin of forecasts.</summary>
/// <param name="From">The bin's lower edge, in it for the first bin alone.</param>
/// <param name="To">The bin's upper edge, in it.</param>
/// <param name="Weight">The weight of the statements in it; 0 for an empty bin.</param>
/// <param name="Statements">How many statements are in it.</param>
/// <param name="Questions">How many questions these are on.</param>
/// <param name="MeanForecast">The mean forecast by weight; null for an empty bin.</param>
/// <param name="Frequency">How often, by weight, the events happened; null for an empty bin.</param>
/// <param name="Interval">A 95 % interval for the chance behind <paramref name="Frequency"/>; null for an empty bin.</param>
/// <param name="EffectiveQuestions">How many questions of equal weight would tell as much: (ΣW)²/ΣW² over the questions' weights in the bin.</param>
public sealed record ReliabilityBin(
    double From,
    double To,
    double Weight,
    int Statements,
    int Questions,
    double? MeanForecast,
    double? Frequency,
    ConfidenceInterval? Interval,
    double EffectiveQuestions
);

/// <summary>
/// The reliability curve in bins. Its intervals are Wilson's with the effective number of questions in the bin (Kish, "Survey Sampling",
/// 1965), since statements on one question share one outcome. The mean Brier score splits into Reliability − Resolution + Uncertainty +
/// WithinBins (Murphy, "A new vector partition of the probability score", Journal of Applied Meteorology 12, 1973; Stephenson, Coelho
/// and Jolliffe, "Two extra components in the Brier score decomposition", Weather and Forecasting 23, 2008).
/// </summary>
/// <param name="Bins">From 0 to 1, empty ones among them.</param>
/// <param name="Reliability">Σ W(mean forecast − frequency)²/ΣW; 0 is best.</param>
/// <param name="Resolution">Σ W(frequency − base rate)²/ΣW; higher is better.</param>
/// <param name="Uncertainty">base rate·(1 − base rate).</param>
/// <param name="WithinBins">What the spread of forecasts within their bins adds: its variance less twice its covariance with the outcomes.</param>
/// <param name="ExpectedCalibrationError">Σ W|mean forecast − frequency|/ΣW.</param>
/// <param name="MaximumCalibrationError">The largest |mean forecast − frequency|.</param>
public sealed record BinnedReliability(
    IReadOnlyList<ReliabilityBin> Bins,
    double Reliability,
    double Resolution,
    double Uncertainty,
    double WithinBins,
    double ExpectedCalibrationError,
    double MaximumCalibrationError
)
{
    /// <summary>Puts a sample into bins.</summary>
    /// <exception cref="ArgumentException">The sample is empty.</exception>
    public static BinnedReliability Of(CalibrationSample sample, ReliabilityBins bins)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(bins);
        if (sample.Count == 0)
            throw new ArgumentException("Bins need a statement.", nameof(sample));
        var ordered = sample.Ordered;
        var edges = bins.Edges;
        var result = new ReliabilityBin[bins.Count];
        var baseRate = Math.Min(1, ordered.EventWeight / ordered.Weight);
        var byQuestion = new double[sample.QuestionSlots];
        CompensatedSum reliability = default,
            resolution = default,
            within = default,
            error = default;
        double worst = 0;
        int group = 0,
            statement = 0;
        for (var bin = 0; bin < result.Length; bin++)
        {
            var first = group;
            var firstStatement = statement;
            CompensatedSum weights = default,
                forecasts = default,
                events = default;
            for (; group < ordered.Forecasts.Length && Decimals.Compare(ordered.Forecasts[group], edges[bin + 1]) <= 0; group++)
            {
                weights.Add(ordered.Weights[group]);
                forecasts.Add(ordered.Weights[group] * ordered.Forecasts[group]);
                events.Add(ordered.EventWeights[group]);
                statement = ordered.Ends[group];
            }

            if (group == first)
            {
                result[bin] = new ReliabilityBin(edges[bin], edges[bin + 1], 0, 0, 0, null, null, null, 0);
                continue;
            }

            var weight = weights.Value;
            var mean = forecasts.Value / weight;
            var frequency = Math.Min(1, events.Value / weight);
            for (var g = first; g < group; g++)
            {
                var off = ordered.Forecasts[g] - mean;
                within.Add(ordered.Weights[g] * off * off - 2 * off * (ordered.EventWeights[g] - ordered.Weights[g] * frequency));
            }

            reliability.Add(weight * (mean - frequency) * (mean - frequency));
            resolution.Add(weight * (frequency - baseRate) * (frequency - baseRate));
            error.Add(weight * Math.Abs(mean - frequency));
            worst = Math.Max(worst, Math.Abs(mean - frequency));
            var (questions, effective) = Questions(sample, ordered.Order.AsSpan(firstStatement, statement - firstStatement), byQuestion);
            result[bin] = new ReliabilityBin(
                edges[bin],
                edges[bin + 1],
                weight,
                statement - firstStatement,
                questions,
                mean,
                frequency,
                WilsonInterval.Of(frequency, effective),
                effective
            );
        }

        var total = ordered.Weight;
        return new BinnedReliability(
            result,
            reliability.Value / total,
            resolution.Value / total,
            baseRate * (1 - baseRate),
            within.Value / total,
            error.Value / total,
            worst
        );
    }

    // Leaves byQuestion as it was: all zeros.
    private static (int Questions, double Effective) Questions(CalibrationSample sample, ReadOnlySpan<int> statements, double[] byQuestion)
    {
        CompensatedSum sum = default,
            squares = default;
        var questions = 0;
        foreach (var at in statements)
            byQuestion[sample.Questions[at]] += sample.Weights[at];
        foreach (var at in statements)
        {
            var weight = byQuestion[sample.Questions[at]];
            if (weight == 0)
                continue;
            byQuestion[sample.Questions[at]] = 0;
            sum.Add(weight);
            squares.Add(weight * weight);
            questions++;
        }

        return (questions, sum.Value * sum.Value / squares.Value);
    }
}
