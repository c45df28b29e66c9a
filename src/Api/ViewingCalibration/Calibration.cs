using Api.Access;
using Api.Http;
using Domain.Calibration;
using Domain.Consensus;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Statistics;
using Marten;
using Store.Forecasts;

namespace Api.ViewingCalibration;

/// <summary>A mean score as miscalibration − discrimination + uncertainty.</summary>
public sealed record PartsAnswer(double Score, double Mcb, double Dsc, double Unc)
{
    public static PartsAnswer Of(ScoreDecomposition d) => new(d.Score, d.Miscalibration, d.Discrimination, d.Uncertainty);
}

public sealed record DecompositionAnswer(PartsAnswer Brier, PartsAnswer Log);

public sealed record InTheLargeAnswer(double MeanForecast, double Frequency);

public sealed record CoxAnswer(
    string Status, string? Reason, double? Intercept, double? InterceptLower, double? InterceptUpper, double? Slope, double? SlopeLower, double? SlopeUpper);

public sealed record SpiegelhalterAnswer(string Status, string? Reason, double? Z, double? PValue);

/// <summary>The answer's shape; its numbers are the domain's report, and what that does not support is left out with a reason.</summary>
public sealed record CalibrationAnswer(
    string Status,
    string? Reason,
    int Questions,
    double Weight,
    IReadOnlyList<CalibrationPoint> Curve,
    DecompositionAnswer? Decomposition,
    double? PValue,
    InTheLargeAnswer? InTheLarge,
    CoxAnswer Cox,
    SpiegelhalterAnswer Spiegelhalter,
    double? Auc,
    IReadOnlyList<SharpnessBin> Sharpness,
    IReadOnlyList<MurphyPoint> Murphy)
{
    public static CalibrationAnswer Of(CalibrationReport report) => new(
        Spelling(report.Status),
        report.Reason,
        report.Questions,
        report.Weight,
        report.Curve,
        report is { Brier: { } brier, Log: { } log } ? new DecompositionAnswer(PartsAnswer.Of(brier), PartsAnswer.Of(log)) : null,
        report.PValue,
        report.InTheLarge is { } l ? new InTheLargeAnswer(l.MeanForecast, l.Frequency) : null,
        new CoxAnswer(
            Spelling(report.Cox.Status),
            report.Cox.Reason,
            report.Cox.Value?.Intercept.Value,
            report.Cox.Value?.Intercept.Interval.Lower,
            report.Cox.Value?.Intercept.Interval.Upper,
            report.Cox.Value?.Slope.Value,
            report.Cox.Value?.Slope.Interval.Lower,
            report.Cox.Value?.Slope.Interval.Upper),
        new SpiegelhalterAnswer(
            Spelling(report.Spiegelhalter.Status), report.Spiegelhalter.Reason, report.Spiegelhalter.Value?.Z, report.Spiegelhalter.Value?.PValue),
        report.RocArea.Value?.Area,
        report.Sharpness,
        report.Murphy);

    private static string Spelling(StatisticStatus status) => status == StatisticStatus.Computed ? "ok" : Parameters.Spelling(status);
}

/// <summary>Calibration: of what was stated at a probability, how much came true.</summary>
public static class Calibrations
{
    public static void MapCalibration(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/calibration", (HttpContext http, IQuerySession session) => GetAsync(null, http, session)).Reads().Knows("tag", "type").Produces<CalibrationAnswer>();
        routes.MapGet("/analysts/{analyst}/calibration", (string analyst, HttpContext http, IQuerySession session) => GetAsync(analyst, http, session))
            .Reads().Knows("tag", "type").Produces<CalibrationAnswer>();
    }

    private static async Task<IResult> GetAsync(string? analyst, HttpContext http, IQuerySession session)
    {
        var query = session.Query<Question>().Where(q => q.Status == QuestionStatus.Resolved);
        if (http.Request.Text("tag") is { } tag) query = query.Where(q => q.Tags.Contains(tag));
        var type = http.Request.Choice<QuestionType>("type");
        if (type is { } wanted) query = query.Where(q => q.Type == wanted);
        var sample = new CalibrationSampleBuilder();
        await foreach (var question in query.OrderBy(q => q.Slug).ToAsyncEnumerable(http.RequestAborted))
        {
            if (OutcomeText.Parse(question, question.Resolution!.Outcome) is not OutcomeValue.Option(var outcome)) continue;
            var steps = analyst is null
                ? await ForecastLog.OnQuestionAsync(session, question.Slug, null, http.RequestAborted)
                : await ForecastLog.OfForecasterAsync(session, question.Slug, analyst, http.RequestAborted);
            var end = question.Resolution.KnownAt < question.ClosesAt ? question.Resolution.KnownAt : question.ClosesAt;
            var standing = steps.ToTimelines().Where(t => analyst is not null || Crowd.Counts(t.Kind))
                .SelectMany(t => StandingForecasts.Within(t.Steps, question.OpensAt, end));
            // A question weighs 1 in all, however many forecast on it and however often.
            sample.Add(question.Slug, question.Type == QuestionType.Binary, outcome, standing.Select(s => new StandingForecast(
                new DateTimeOffset(s.From, TimeSpan.Zero), new DateTimeOffset(s.To, TimeSpan.Zero), ((Prediction.Categorical)s.Prediction).Probabilities)));
        }

        return Answer(http, CalibrationAnswer.Of(CalibrationReport.Of(sample.Build())));
    }

    private static IResult Answer(HttpContext http, CalibrationAnswer answer)
    {
        var accept = http.Request.Headers.Accept.ToString();
        var title = http.GetRouteValue("analyst") is string analyst ? $"Calibration of {analyst}" : "Calibration of all analysts";
        if (accept.Contains("image/svg+xml", StringComparison.Ordinal)) return Results.Text(ReliabilityDiagram.Svg(title, answer), "image/svg+xml");
        return accept.Contains("image/png", StringComparison.Ordinal) ? Results.Bytes(ReliabilityDiagram.Png(title, answer), "image/png") : EntityTags.Tagged(http, answer);
    }
}
