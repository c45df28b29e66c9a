using System.Text.Json.Serialization;
using Api.Scores;
using Domain;
using Domain.Calibration;
using Domain.Questions;

namespace Api.Calibration;

/// <summary>A mean score as miscalibration − discrimination + uncertainty.</summary>
/// <param name="Score">The mean score.</param>
/// <param name="Mcb">Miscalibration: what recalibrating would gain.</param>
/// <param name="Dsc">Discrimination: what the forecasts gain over the base rate.</param>
/// <param name="Unc">Uncertainty: the score of the base rate.</param>
public sealed record PartsAnswer(double Score, double Mcb, double Dsc, double Unc)
{
    public static PartsAnswer Of(ScoreDecomposition d) => new(d.Score, d.Miscalibration, d.Discrimination, d.Uncertainty);
}

/// <summary>Mean scores, taken apart.</summary>
/// <param name="Brier">The Brier score.</param>
/// <param name="Log">The logarithmic score.</param>
public sealed record DecompositionAnswer(PartsAnswer Brier, PartsAnswer Log);

/// <summary>Whether too much or too little was said to come true, over all.</summary>
/// <param name="MeanForecast">The mean of what was stated.</param>
/// <param name="Frequency">The share of it that came true.</param>
/// <param name="Difference">The mean forecast less the frequency.</param>
/// <param name="Lower">The lower end of the 95 % interval; null where there is none.</param>
/// <param name="Upper">The upper end of the 95 % interval; null where there is none.</param>
public sealed record InTheLargeAnswer(double MeanForecast, double Frequency, double Difference, double? Lower, double? Upper);

/// <summary>Cox's line. The last three are of the line whose slope is held at 1, which is given also where a threshold parts events from non-events.</summary>
/// <param name="Status">Whether the data support the numbers: <c>ok</c>, else why they do not, in a word.</param>
/// <param name="Reason">Why there are no numbers, in a sentence; null where there are.</param>
/// <param name="Intercept">The intercept of the line; 0 is calibrated.</param>
/// <param name="InterceptLower">The lower end of its 95 % interval.</param>
/// <param name="InterceptUpper">The upper end of its 95 % interval.</param>
/// <param name="Slope">The slope of the line; 1 is calibrated.</param>
/// <param name="SlopeLower">The lower end of its 95 % interval.</param>
/// <param name="SlopeUpper">The upper end of its 95 % interval.</param>
/// <param name="InterceptAtSlopeOne">The intercept where the slope is 1.</param>
/// <param name="InterceptAtSlopeOneLower">The lower end of its 95 % interval.</param>
/// <param name="InterceptAtSlopeOneUpper">The upper end of its 95 % interval.</param>
public sealed record CoxAnswer(
    string Status,
    string? Reason,
    double? Intercept,
    double? InterceptLower,
    double? InterceptUpper,
    double? Slope,
    double? SlopeLower,
    double? SlopeUpper,
    double? InterceptAtSlopeOne,
    double? InterceptAtSlopeOneLower,
    double? InterceptAtSlopeOneUpper
);

/// <summary>Spiegelhalter's test of calibration.</summary>
/// <param name="Status">Whether the data support the numbers: <c>ok</c>, else why they do not, in a word.</param>
/// <param name="Reason">Why there are no numbers, in a sentence; null where there are.</param>
/// <param name="Z">The statistic; null where the data do not support one.</param>
/// <param name="PValue">The p-value; null where the data do not support one.</param>
public sealed record SpiegelhalterAnswer(string Status, string? Reason, double? Z, double? PValue);

/// <summary>How well the forecasts part what came true from what did not.</summary>
/// <param name="Status">Whether the data support the numbers: <c>ok</c>, else why they do not, in a word.</param>
/// <param name="Reason">Why there are no numbers, in a sentence; null where there are.</param>
/// <param name="Area">The area under the curve, from 0 to 1; 0.5 is chance.</param>
/// <param name="Lower">The lower end of the 95 % interval; null where there is none.</param>
/// <param name="Upper">The upper end of the 95 % interval; null where there is none.</param>
public sealed record RocAnswer(string Status, string? Reason, double? Area, double? Lower, double? Upper);

/// <summary>One bin of stated probabilities.</summary>
/// <param name="From">The lower end, which is left out.</param>
/// <param name="To">The upper end, which is included.</param>
/// <param name="Weight">How much was stated in it.</param>
/// <param name="Questions">How many questions it is made of.</param>
/// <param name="MeanForecast">The mean of what was stated; null in an empty bin.</param>
/// <param name="Frequency">The share of it that came true; null in an empty bin.</param>
/// <param name="Lower">The lower end of the 95 % interval; null where there is none.</param>
/// <param name="Upper">The upper end of the 95 % interval; null where there is none.</param>
/// <param name="EffectiveQuestions">How many independent questions that is worth.</param>
public sealed record BinAnswer(
    double From,
    double To,
    double Weight,
    int Questions,
    double? MeanForecast,
    double? Frequency,
    double? Lower,
    double? Upper,
    double EffectiveQuestions
);

/// <summary>The binned curve.</summary>
/// <param name="Edges">The edges of the bins, from 0 to 1.</param>
/// <param name="Bins">The bins, from the lowest on.</param>
/// <param name="Reliability">How far the bins lie from the diagonal, in squared probability.</param>
/// <param name="Resolution">How far their frequencies lie from the base rate.</param>
/// <param name="Uncertainty">The variance of the outcomes.</param>
/// <param name="WithinBins">What the bins hide: the variance of the forecasts within them.</param>
/// <param name="ExpectedCalibrationError">The mean distance from the diagonal.</param>
/// <param name="MaximumCalibrationError">The greatest distance from the diagonal.</param>
public sealed record BinnedAnswer(
    IReadOnlyList<double> Edges,
    IReadOnlyList<BinAnswer> Bins,
    double Reliability,
    double Resolution,
    double Uncertainty,
    double WithinBins,
    double ExpectedCalibrationError,
    double MaximumCalibrationError
)
{
    public static BinnedAnswer Of(BinnedReliability b) =>
        new(
            [.. b.Bins.Select(x => x.From), b.Bins[^1].To],
            [
                .. b.Bins.Select(x => new BinAnswer(
                    x.From,
                    x.To,
                    x.Weight,
                    x.Questions,
                    x.MeanForecast,
                    x.Frequency,
                    x.Interval?.Lower,
                    x.Interval?.Upper,
                    x.EffectiveQuestions
                )),
            ],
            b.Reliability,
            b.Resolution,
            b.Uncertainty,
            b.WithinBins,
            b.ExpectedCalibrationError,
            b.MaximumCalibrationError
        );
}

/// <summary>What the answer was narrowed to.</summary>
/// <param name="Tag">Only questions with this tag; null for all.</param>
/// <param name="Type">Only questions of this type; null for all.</param>
/// <param name="Horizon">Only what stood so long before the close; null for all.</param>
/// <param name="From">Only what stood from this instant on; null for all.</param>
/// <param name="To">Only what stood before this instant; null for all.</param>
public sealed record CalibrationFilters(string? Tag, QuestionType? Type, string? Horizon, DateTimeOffset? From, DateTimeOffset? To);

/// <summary>The answer's shape; its numbers are the domain's report, and what that does not support is left out with a reason.</summary>
/// <param name="Status">Whether the data support the numbers: <c>ok</c>, else why they do not, in a word.</param>
/// <param name="Reason">Why there are no numbers, in a sentence; null where there are.</param>
/// <param name="Filters">What the answer was narrowed to.</param>
/// <param name="Questions">How many questions it is made of.</param>
/// <param name="Weight">How much is counted: a question counts 1, shared out over its open time.</param>
/// <param name="Curve">The recalibrated curve, with the band in which a calibrated one would lie.</param>
/// <param name="Decomposition">Mean scores, taken apart; null where there are none.</param>
/// <param name="PValue">Of the test that all is calibrated; null where the data do not support one.</param>
/// <param name="InTheLarge">Whether too much or too little was said to come true, over all.</param>
/// <param name="Cox">Cox's line.</param>
/// <param name="Spiegelhalter">Spiegelhalter's test.</param>
/// <param name="Auc">The area under the ROC curve; null where there is none.</param>
/// <param name="Roc">The ROC curve.</param>
/// <param name="Sharpness">How often each range of probabilities was stated.</param>
/// <param name="Murphy">The mean elementary score at each threshold.</param>
/// <param name="Binned">The binned curve, where bins were asked for.</param>
/// <param name="LeftOut">The questions that were forecast and are not counted, with why: calibration is of statements that come true or do not.</param>
/// <param name="Unrevealed">On how many questions a seal stood that has not been revealed. It stated nothing, and is in none of the numbers.</param>
/// <param name="Stated">How often each probability was stated, for the picture.</param>
public sealed record CalibrationAnswer(
    string Status,
    string? Reason,
    CalibrationFilters Filters,
    int Questions,
    double Weight,
    IReadOnlyList<CalibrationPoint> Curve,
    DecompositionAnswer? Decomposition,
    double? PValue,
    InTheLargeAnswer? InTheLarge,
    CoxAnswer Cox,
    SpiegelhalterAnswer Spiegelhalter,
    double? Auc,
    RocAnswer Roc,
    IReadOnlyList<SharpnessBin> Sharpness,
    IReadOnlyList<MurphyPoint> Murphy,
    BinnedAnswer? Binned,
    IReadOnlyList<LeftOut> LeftOut,
    int Unrevealed,
    [property: JsonIgnore] IReadOnlyList<SharpnessBin> Stated
)
{
    public static CalibrationAnswer Of(CalibrationReport report, CalibrationFilters filters, IReadOnlyList<LeftOut> leftOut, int unrevealed) =>
        new(
            Spelling.Of(report.Status),
            report.Questions == 0 && leftOut.Count > 0
                ? $"No question is left: {string.Join(" ", leftOut.Select(l => $"{l.Questions} {l.Reason}"))}"
                : report.Reason,
            filters,
            report.Questions,
            report.Weight,
            report.Curve,
            report is { Brier: { } brier, Log: { } log } ? new DecompositionAnswer(PartsAnswer.Of(brier), PartsAnswer.Of(log)) : null,
            report.PValue,
            report.InTheLarge is { } l ? new InTheLargeAnswer(l.MeanForecast, l.Frequency, l.Difference, l.Interval?.Lower, l.Interval?.Upper) : null,
            new CoxAnswer(
                Spelling.Of(report.Cox.Status),
                report.Cox.Reason,
                report.Cox.Value?.Intercept.Value,
                report.Cox.Value?.Intercept.Interval.Lower,
                report.Cox.Value?.Intercept.Interval.Upper,
                report.Cox.Value?.Slope.Value,
                report.Cox.Value?.Slope.Interval.Lower,
                report.Cox.Value?.Slope.Interval.Upper,
                report.CoxAtSlopeOne.Value?.Value,
                report.CoxAtSlopeOne.Value?.Interval.Lower,
                report.CoxAtSlopeOne.Value?.Interval.Upper
            ),
            new SpiegelhalterAnswer(
                Spelling.Of(report.Spiegelhalter.Status),
                report.Spiegelhalter.Reason,
                report.Spiegelhalter.Value?.Z,
                report.Spiegelhalter.Value?.PValue
            ),
            report.RocArea.Value?.Area,
            new RocAnswer(
                Spelling.Of(report.RocArea.Status),
                report.RocArea.Reason,
                report.RocArea.Value?.Area,
                report.RocArea.Value?.Interval?.Lower,
                report.RocArea.Value?.Interval?.Upper
            ),
            report.Sharpness,
            report.Murphy,
            report.Binned is { } binned ? BinnedAnswer.Of(binned) : null,
            leftOut,
            unrevealed,
            report.AroundTwentieths
        );
}
