using Domain.Statistics;

namespace Domain.Calibration;

/// <summary>A coefficient of a recalibration model, in logits.</summary>
/// <param name="Value">The estimate by maximum likelihood.</param>
/// <param name="StandardError">From the spread between questions: the CR1 sandwich, √(G/(G−1)·A⁻¹BA⁻¹).</param>
/// <param name="Interval">Value ± 1.96·StandardError.</param>
/// <param name="ModelStandardError">From the model's own information, which holds where every question has one statement.</param>
public sealed record CoxCoefficient(double Value, double StandardError, ConfidenceInterval Interval, double ModelStandardError)
{
    /// <summary>Value ± 1.96·ModelStandardError.</summary>
    public ConfidenceInterval ModelInterval => Around(Value, ModelStandardError);

    internal static CoxCoefficient Of(double value, double robust, double model) => new(value, robust, Around(value, robust), model);

    private static ConfidenceInterval Around(double value, double error)
    {
        var half = NormalDistribution.Quantile(0.975) * error;
        return new ConfidenceInterval(value - half, value + half);
    }
}

/// <summary>
/// Calibration as a line in logits: logit P(event) = Intercept + Slope·logit(forecast), fitted by weighted logistic regression. Calibrated
/// forecasts have intercept 0 and slope 1; a slope below 1 is overconfidence, above 1 underconfidence. Source: Cox, "Two further applications
/// of a model for binary regression" (Biometrika 45, 1958).
/// </summary>
/// <param name="Intercept">Of the line with a free slope.</param>
/// <param name="Slope">Of that line.</param>
/// <param name="InterceptAtSlopeOne">Of the line whose slope is held at 1: above 0 the forecasts are too low on the whole.</param>
/// <param name="ClippedWeight">The weight of forecasts that entered as 0.001 or 0.999, since 0 and 1 have no logit.</param>
public sealed record CoxCalibration(CoxCoefficient Intercept, CoxCoefficient Slope, CoxCoefficient InterceptAtSlopeOne, double ClippedWeight)
{
    /// <summary>Fits the line, or says what the data lack for it.</summary>
    public static Statistic<CoxCalibration> Of(CalibrationSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        if (sample.Count == 0)
            return Statistic.Missing<CoxCalibration>(StatisticStatus.NoData, "There is no forecast on a resolved question.");
        if (sample.QuestionCount < 3)
            return Statistic.Missing<CoxCalibration>(StatisticStatus.TooFewQuestions, "A line with an error needs three questions.");
        var (logits, clipped) = Logits(sample);
        if (Unsupported(sample, logits) is { } missing)
            return missing;
        var line = RecalibrationFit.Line(sample, logits);
        var shift = RecalibrationFit.Shift(sample, logits);
        if (line is null || shift is null)
        {
            return Statistic.Missing<CoxCalibration>(StatisticStatus.PerfectSeparation, "Forecasts part events from non-events all but perfectly.");
        }

        return Statistic.Of(new CoxCalibration(line.Value.Intercept, line.Value.Slope, shift, clipped));
    }

    /// <summary>
    /// The intercept of the line whose slope is held at 1, or why there is none. It says whether the forecasts are too low or too high on the whole, even
    /// if no slope can be fitted because a threshold separates events from non-events or all forecasts are alike.
    /// </summary>
    public static Statistic<CoxCoefficient> AtSlopeOne(CalibrationSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        if (sample.Count == 0)
            return Statistic.Missing<CoxCoefficient>(StatisticStatus.NoData, "There is no forecast on a resolved question.");
        if (sample.QuestionCount < 2)
            return Statistic.Missing<CoxCoefficient>(StatisticStatus.TooFewQuestions, "An intercept with an error needs two questions.");
        if (!sample.Outcomes.Contains(true) || !sample.Outcomes.Contains(false))
        {
            return Statistic.Missing<CoxCoefficient>(StatisticStatus.OneOutcomeOnly, "All outcomes are alike.");
        }

        return RecalibrationFit.Shift(sample, Logits(sample).Logits) is { } shift
            ? Statistic.Of(shift)
            : Statistic.Missing<CoxCoefficient>(StatisticStatus.PerfectSeparation, "No intercept was found.");
    }

    private static (double[] Logits, double Clipped) Logits(CalibrationSample sample)
    {
        var logits = new double[sample.Count];
        var clipped = new CompensatedSum();
        for (var i = 0; i < logits.Length; i++)
        {
            var p = Math.Clamp(sample.Forecasts[i], ScoreDecomposition.LogClip, 1 - ScoreDecomposition.LogClip);
            if (p != sample.Forecasts[i])
                clipped.Add(sample.Weights[i]);
            logits[i] = Math.Log(p / (1 - p));
        }

        return (logits, clipped.Value);
    }

    private static Statistic<CoxCalibration>? Unsupported(CalibrationSample sample, double[] logits)
    {
        double leastEvent = double.PositiveInfinity,
            mostEvent = double.NegativeInfinity,
            leastOther = double.PositiveInfinity,
            mostOther = double.NegativeInfinity;
        for (var i = 0; i < logits.Length; i++)
        {
            if (sample.Outcomes[i])
                (leastEvent, mostEvent) = (Math.Min(leastEvent, logits[i]), Math.Max(mostEvent, logits[i]));
            else
                (leastOther, mostOther) = (Math.Min(leastOther, logits[i]), Math.Max(mostOther, logits[i]));
        }

        if (double.IsInfinity(leastEvent) || double.IsInfinity(leastOther))
        {
            return Statistic.Missing<CoxCalibration>(StatisticStatus.OneOutcomeOnly, "All outcomes are alike.");
        }

        if (Math.Min(leastEvent, leastOther) == Math.Max(mostEvent, mostOther))
        {
            return Statistic.Missing<CoxCalibration>(StatisticStatus.NoVariation, "All forecasts are alike.");
        }

        // The likelihood has a maximum exactly when neither direction separates, touching included (Albert and Anderson, Biometrika 71, 1984).
        return mostOther <= leastEvent || mostEvent <= leastOther
            ? Statistic.Missing<CoxCalibration>(StatisticStatus.PerfectSeparation, "A threshold on the forecasts parts events from non-events.")
            : null;
    }
}
