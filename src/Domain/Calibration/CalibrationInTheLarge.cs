using Domain.Statistics;

namespace Domain.Calibration;

/// <summary>Whether the forecasts are too high or too low on the whole.</summary>
/// <param name="MeanForecast">By weight, in [0, 1].</param>
/// <param name="Frequency">How often, by weight, the events happened, in [0, 1].</param>
/// <param name="Difference">MeanForecast − Frequency; above 0 the forecasts promised too much.</param>
/// <param name="Interval">
/// A 95 % interval for the difference from the spread between questions, with Student's quantile; null for a single question.
/// </param>
public sealed record CalibrationInTheLarge(double MeanForecast, double Frequency, double Difference, ConfidenceInterval? Interval)
{
    /// <summary>Compares the mean forecast of a sample that is not empty with what happened.</summary>
    public static CalibrationInTheLarge Of(CalibrationSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var ordered = sample.Ordered;
        var forecasts = new CompensatedSum();
        for (var group = 0; group < ordered.Forecasts.Length; group++)
            forecasts.Add(ordered.Weights[group] * ordered.Forecasts[group]);
        var errors = new double[sample.Count];
        for (var i = 0; i < errors.Length; i++)
            errors[i] = sample.Forecasts[i] - (sample.Outcomes[i] ? 1 : 0);
        var difference = ClusteredMean.Of(errors, sample.Weights, sample.Questions);
        ConfidenceInterval? interval = null;
        if (difference.Clusters >= 2)
        {
            var half = -StudentT.Quantile(0.025, difference.Clusters - 1) * difference.StandardError;
            interval = new ConfidenceInterval(difference.Mean - half, difference.Mean + half);
        }

        return new CalibrationInTheLarge(forecasts.Value / ordered.Weight, Math.Min(1, ordered.EventWeight / ordered.Weight), difference.Mean, interval);
    }
}
