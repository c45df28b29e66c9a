using System.Text.Json.Serialization;
using Api.Scores;
using Api.Serialization;
using Domain.Calibration;
using Domain.Questions;

namespace Api.Calibration;

/// <summary>A mean score as miscalibration − discrimination + uncertainty.</summary>
public sealed record PartsAnswer(double Score, double Mcb, double Dsc, double Unc)
{
    public static PartsAnswer Of(ScoreDecomposition d) => new(d.Score, d.Miscalibration, d.Discrimination, d.Uncertainty);
}

public sealed record DecompositionAnswer(PartsAnswer Brier, PartsAnswer Log);

public sealed record InTheLargeAnswer(double MeanForecast, double Frequency, double Difference, double? Lower, double? Upper);

/// <summary>Cox's line. The last three are of the line whose slope is held at 1, which is given also where a threshold parts events from non-events.</summary>
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

public sealed record SpiegelhalterAnswer(string Status, string? Reason, double? Z, double? PValue);

public sealed record RocAnswer(string Status, string? Reason, double? Area, double? Lower, double? Upper);

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
public sealed record CalibrationFilters(string? Tag, QuestionType? Type, string? Horizon, DateTimeOffset? From, DateTimeOffset? To);

/// <summary>The answer's shape; its numbers are the domain's report, and what that does not support is left out with a reason.</summary>
/// <param name="LeftOut">The questions that were forecast and are not counted, with why: calibration is of statements that come true or do not.</param>
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
    [property: JsonIgnore] IReadOnlyList<SharpnessBin> Stated
)
{
    public static CalibrationAnswer Of(CalibrationReport report, CalibrationFilters filters, IReadOnlyList<LeftOut> leftOut) =>
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
            report.AroundTwentieths
        );
}
