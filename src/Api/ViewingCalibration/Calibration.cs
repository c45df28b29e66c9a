using Api.Access;
using Api.Http;
using Domain.Calibration;
using Domain.Consensus;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Resolutions;
using Marten;
using Store.Forecasts;

namespace Api.ViewingCalibration;

public sealed record DecompositionAnswer(Decomposition Brier, Decomposition Log);

public sealed record InTheLargeAnswer(double MeanForecast, double Frequency);

public sealed record CalibrationAnswer(
    string Status, string? Reason, int Questions, double Weight, IReadOnlyList<CurvePoint> Curve, DecompositionAnswer? Decomposition, InTheLargeAnswer? InTheLarge);

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
        var statements = new List<Domain.Calibration.Statement>();
        var questions = 0;
        await foreach (var question in query.OrderBy(q => q.Slug).ToAsyncEnumerable(http.RequestAborted))
        {
            if (OutcomeText.Parse(question, question.Resolution!.Outcome) is not OutcomeValue.Option(var outcome)) continue;
            var steps = analyst is null
                ? await ForecastLog.OnQuestionAsync(session, question.Slug, null, http.RequestAborted)
                : await ForecastLog.OfForecasterAsync(session, question.Slug, analyst, http.RequestAborted);
            var end = question.Resolution.KnownAt < question.ClosesAt ? question.Resolution.KnownAt : question.ClosesAt;
            var timelines = steps.ToTimelines().Where(t => analyst is not null || Crowd.Counts(t.Kind)).ToList();
            var stated = timelines
                .Select(t => QuestionStatements.Of(t.Steps, question.OpensAt, end, outcome, question.Type == QuestionType.Binary))
                .Where(s => s.Count > 0).ToList();
            if (stated.Count == 0) continue;
            questions++;
            // A question weighs 1 in all, however many forecast on it.
            statements.AddRange(stated.SelectMany(s => s).Select(s => s with { Weight = s.Weight / stated.Count }));
        }

        if (questions == 0) return Answer(http, new CalibrationAnswer("insufficient", "No forecast stands on a resolved question with options.", 0, 0, [], null, null));
        var curve = ReliabilityCurve.Through(statements);
        var mean = Domain.Statistics.CompensatedSum.Of(statements.Select(s => s.Weight * s.Forecast)) / curve.Weight;
        var frequency = Domain.Statistics.CompensatedSum.Of(statements.Where(s => s.CameTrue).Select(s => s.Weight)) / curve.Weight;
        return Answer(http, new CalibrationAnswer(
            "ok", null, questions, curve.Weight, curve.Points, new DecompositionAnswer(curve.Brier, curve.Log), new InTheLargeAnswer(mean, frequency)));
    }

    private static IResult Answer(HttpContext http, CalibrationAnswer answer)
    {
        var accept = http.Request.Headers.Accept.ToString();
        var title = http.GetRouteValue("analyst") is string analyst ? $"Calibration of {analyst}" : "Calibration of all analysts";
        if (accept.Contains("image/svg+xml", StringComparison.Ordinal)) return Results.Text(ReliabilityDiagram.Svg(title, answer), "image/svg+xml");
        return accept.Contains("image/png", StringComparison.Ordinal) ? Results.Bytes(ReliabilityDiagram.Png(title, answer), "image/png") : EntityTags.Tagged(http, answer);
    }
}
