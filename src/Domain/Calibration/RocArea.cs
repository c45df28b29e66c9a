using Domain.Statistics;

namespace Domain.Calibration;

/// <summary>
/// The area under the ROC curve: the chance that of an event and a non-event, drawn by weight, the event had the higher forecast, ties
/// counting half. It measures how well forecasts tell apart, and nothing about calibration.
/// Source: Hanley and McNeil, "The meaning and use of the area under a ROC curve" (Radiology 143, 1982).
/// </summary>
/// <param name="Area">In [0, 1]; ½ tells nothing apart.</param>
/// <param name="StandardError">
/// Between questions (Obuchowski, "Nonparametric analysis of clustered ROC curve data", Biometrics 53, 1997); with one statement of weight 1
/// a question it is that of DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988). Null with fewer than two questions on either side.
/// </param>
/// <param name="Interval">Area ± 1.96·StandardError within [0, 1]; null where there is no standard error.</param>
public sealed record RocArea(double Area, double? StandardError, ConfidenceInterval? Interval)
{
    /// <summary>Computes the area; with one outcome only there is none.</summary>
    public static Statistic<RocArea> Of(CalibrationSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        if (sample.Count == 0)
            return Statistic.Missing<RocArea>(StatisticStatus.NoData, "There is no forecast on a resolved question.");
        var ordered = sample.Ordered;
        if (!sample.Outcomes.Contains(true) || !sample.Outcomes.Contains(false))
        {
            return Statistic.Missing<RocArea>(StatisticStatus.OneOutcomeOnly, "All outcomes are alike.");
        }

        var events = ordered.EventWeight;
        var others = ordered.Weight - events;

        // Each statement's placement: the share of the other side that it is ranked rightly against.
        var eventPlacements = new double[ordered.Forecasts.Length];
        var otherPlacements = new double[ordered.Forecasts.Length];
        CompensatedSum eventsBelow = default,
            othersBelow = default,
            area = default;
        for (var group = 0; group < eventPlacements.Length; group++)
        {
            var happened = ordered.EventWeights[group];
            var not = ordered.Weights[group] - happened;
            eventPlacements[group] = (othersBelow.Value + not / 2) / others;
            otherPlacements[group] = (events - eventsBelow.Value - happened / 2) / events;
            area.Add(happened * eventPlacements[group]);
            eventsBelow.Add(happened);
            othersBelow.Add(not);
        }

        var value = Math.Clamp(area.Value / events, 0, 1);
        if (Error(sample, eventPlacements, otherPlacements, value, events, others) is not { } error)
            return Statistic.Of(new RocArea(value, null, null));
        var half = NormalDistribution.Quantile(0.975) * error;
        return Statistic.Of(new RocArea(value, error, new ConfidenceInterval(Math.Max(0, value - half), Math.Min(1, value + half))));
    }

    private static double? Error(CalibrationSample sample, double[] eventPlacements, double[] otherPlacements, double area, double events, double others)
    {
        var ordered = sample.Ordered;
        var ofEvents = new double[sample.QuestionSlots];
        var ofOthers = new double[sample.QuestionSlots];
        var hasEvents = new bool[sample.QuestionSlots];
        var hasOthers = new bool[sample.QuestionSlots];
        var i = 0;
        for (var group = 0; group < ordered.Ends.Length; group++)
        {
            for (; i < ordered.Ends[group]; i++)
            {
                var at = ordered.Order[i];
                var question = sample.Questions[at];
                if (sample.Outcomes[at])
                {
                    ofEvents[question] += sample.Weights[at] * (eventPlacements[group] - area);
                    hasEvents[question] = true;
                }
                else
                {
                    ofOthers[question] += sample.Weights[at] * (otherPlacements[group] - area);
                    hasOthers[question] = true;
                }
            }
        }

        double m = hasEvents.AsSpan().Count(true),
            n = hasOthers.AsSpan().Count(true),
            both = sample.QuestionCount;
        if (m < 2 || n < 2)
            return null;
        var variance = new CompensatedSum();
        for (var question = 0; question < ofEvents.Length; question++)
        {
            double e = ofEvents[question] / events,
                o = ofOthers[question] / others;
            variance.Add(m / (m - 1) * e * e + n / (n - 1) * o * o + 2 * both / (both - 1) * e * o);
        }

        return Math.Sqrt(Math.Max(0, variance.Value));
    }
}
