using Domain.Statistics;

namespace Domain.Calibration;

/// <summary>A point of the reliability curve with its consistency band.</summary>
/// <param name="Forecast">What was forecast.</param>
/// <param name="Calibrated">What should have been.</param>
/// <param name="Weight">The weight behind the point; all points' together is the sample's.</param>
/// <param name="Lower">The band's lower end: 95 % of calibrated forecasters' curves lie between the ends here.</param>
/// <param name="Upper">The band's upper end.</param>
public readonly record struct CalibrationPoint(double Forecast, double Calibrated, double Weight, double Lower, double Upper);

/// <summary>How a <see cref="CalibrationReport"/> is made.</summary>
public sealed record CalibrationReportOptions
{
    /// <summary>How the consistency band is simulated.</summary>
    public ResamplingOptions Resampling { get; init; } = new();

    /// <summary>The least number of questions from which anything is inferred.</summary>
    public int MinimumQuestions { get; init; } = 10;

    /// <summary>The most points of the curve that are given, beside the ends of its flat intervals, which are always given.</summary>
    public int CurvePoints { get; init; } = 500;

    /// <summary>The bins of the sharpness histogram.</summary>
    public ReliabilityBins SharpnessBins { get; init; } = ReliabilityBins.EqualWidth(20);

    /// <summary>The bins of the binned curve; null for none.</summary>
    public ReliabilityBins? Bins { get; init; }

    /// <summary>Up to this many different forecasts the Murphy diagram is given at each of them, beyond that at the hundredths.</summary>
    public int MurphyPoints { get; init; } = 500;
}

/// <summary>Everything that is said about the calibration of a sample.</summary>
/// <param name="Status">Whether there is enough to infer from; where not, all but counts, sharpness and the calibration in the large is empty.</param>
/// <param name="Reason">What the data lack; null when they suffice.</param>
/// <param name="Questions">How many questions stand behind it.</param>
/// <param name="Weight">The weight of all statements.</param>
/// <param name="Curve">The reliability curve, by rising forecast.</param>
/// <param name="Brier">The decomposition of the Brier score.</param>
/// <param name="Log">The decomposition of the log score.</param>
/// <param name="PValue">How often a calibrated forecaster would look at least as miscalibrated, in (0, 1].</param>
/// <param name="InTheLarge">Mean forecast and frequency; null for an empty sample.</param>
/// <param name="Cox">Calibration as a line in logits.</param>
/// <param name="CoxAtSlopeOne">The intercept of that line with its slope held at 1: given where the line is not, because a threshold parts events from
/// non-events.</param>
/// <param name="Spiegelhalter">The test of the Brier score against its expectation.</param>
/// <param name="RocArea">The area under the ROC curve.</param>
/// <param name="Sharpness">The spread of the forecasts.</param>
/// <param name="Murphy">The Murphy diagram.</param>
/// <param name="Binned">The binned curve, where it was asked for.</param>
public sealed record CalibrationReport(
    StatisticStatus Status,
    string? Reason,
    int Questions,
    double Weight,
    IReadOnlyList<CalibrationPoint> Curve,
    ScoreDecomposition? Brier,
    ScoreDecomposition? Log,
    double? PValue,
    CalibrationInTheLarge? InTheLarge,
    Statistic<CoxCalibration> Cox,
    Statistic<CoxCoefficient> CoxAtSlopeOne,
    Statistic<SpiegelhalterTest> Spiegelhalter,
    Statistic<RocArea> RocArea,
    IReadOnlyList<SharpnessBin> Sharpness,
    IReadOnlyList<MurphyPoint> Murphy,
    BinnedReliability? Binned
)
{
    private static readonly ReliabilityBins Twentieths = ReliabilityBins.Between([0, .. Enumerable.Range(0, 20).Select(i => ((2 * i) + 1) / 40.0), 1]);

    /// <summary>The spread of the forecasts over bins around the twentieths, which people state most often. Each twentieth is the middle of its bin,
    /// so that the bar of a bin is drawn over the forecasts that it counts.</summary>
    public IReadOnlyList<SharpnessBin> AroundTwentieths { get; private init; } = [];

    /// <summary>Reports on a sample, which may be empty.</summary>
    public static CalibrationReport Of(CalibrationSample sample, CalibrationReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sample);
        options ??= new CalibrationReportOptions();
        var sharpness = SharpnessHistogram.Of(sample, options.SharpnessBins);
        var twentieths = SharpnessHistogram.Of(sample, Twentieths);
        var inTheLarge = sample.Count == 0 ? null : CalibrationInTheLarge.Of(sample);
        if (sample.Count == 0 || sample.QuestionCount < options.MinimumQuestions)
        {
            var (status, reason) =
                sample.Count == 0
                    ? (StatisticStatus.NoData, "There is no forecast on a resolved question.")
                    : (StatisticStatus.TooFewQuestions, $"{Forecast(sample.QuestionCount)}; {options.MinimumQuestions} are needed.");
            return new CalibrationReport(
                status,
                reason,
                sample.QuestionCount,
                sample.Weight,
                [],
                null,
                null,
                null,
                inTheLarge,
                Statistic.Missing<CoxCalibration>(status, reason),
                Statistic.Missing<CoxCoefficient>(status, reason),
                Statistic.Missing<SpiegelhalterTest>(status, reason),
                Statistic.Missing<RocArea>(status, reason),
                sharpness,
                [],
                null
            )
            {
                AroundTwentieths = twentieths,
            };
        }

        var curve = ReliabilityCurve.Fit(sample);
        var places = CurvePlaces.Of(curve, options.CurvePoints);
        var band = ConsistencyBand.Simulate(sample, curve, places, options.Resampling);
        return new CalibrationReport(
            StatisticStatus.Computed,
            null,
            sample.QuestionCount,
            sample.Weight,
            Points(curve, places, band),
            ScoreDecomposition.Of(curve, DecomposedRule.Brier),
            ScoreDecomposition.Of(curve, DecomposedRule.Log),
            band.PValue,
            inTheLarge,
            CoxCalibration.Of(sample),
            CoxCalibration.AtSlopeOne(sample),
            SpiegelhalterTest.Of(sample),
            Calibration.RocArea.Of(sample),
            sharpness,
            curve.Forecasts.Length <= options.MurphyPoints ? MurphyDiagram.Of(sample) : MurphyDiagram.At(sample, ReliabilityBins.EqualWidth(100).Edges),
            options.Bins is null ? null : BinnedReliability.Of(sample, options.Bins)
        )
        {
            AroundTwentieths = twentieths,
        };
    }

    private static string Forecast(int resolved) => resolved == 1 ? "1 resolved question was forecast" : $"{resolved} resolved questions were forecast";

    // A point has the weight of the forecasts since the point before it, all of which lie on its own flat interval.
    private static CalibrationPoint[] Points(ReliabilityCurve curve, int[] places, ConsistencyBand band)
    {
        var points = new CalibrationPoint[places.Length];
        var from = 0;
        for (var i = 0; i < points.Length; i++)
        {
            var at = places[i];
            var weight = CompensatedSum.Of(curve.Weights[from..(at + 1)]);
            from = at + 1;
            points[i] = new CalibrationPoint(curve.Forecasts[at], curve.Calibrated[at], weight, band.Lower[i], band.Upper[i]);
        }

        return points;
    }
}
