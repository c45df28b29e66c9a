using System.Globalization;
using Api.Authorization;
using Api.ComputedResponses;
using Api.ContentNegotiation;
using Api.Endpoints;
using Api.Questions;
using Api.Requests;
using Api.Scores;
using Domain.Calibration;
using Domain.Questions;
using Marten;
using Store.Views;

namespace Api.Calibration;

/// <summary>Calibration: of what was stated at a probability, how much came true.</summary>
public static class Calibrations
{
    private static readonly QueryParameter BinsParameter = QueryParameter.Text(
        "bins",
        "The binned curve too: in so many bins of equal width, or between these edges.",
        maxLength: 2_000,
        example: "0,0.2,0.8,1"
    );

    private static readonly QueryParameter Picture = QueryParameter.Choice<CalibrationPicture>("picture", "Which picture to draw.");

    private static readonly QueryParameter[] Filters =
    [
        QuestionFilters.Tag,
        QuestionFilters.Type,
        CalibrationHorizon.Parameter,
        ScoreFilters.From,
        ScoreFilters.To,
        BinsParameter,
        Picture,
        .. QueryParameters.AsOfAndKnownAt,
        ImportedChoices.Parameter,
    ];

    /// <summary>Maps <c>GET /calibration</c> and <c>GET /analysts/{analyst}/calibration</c>.</summary>
    public static void MapCalibration(this IEndpointRouteBuilder routes)
    {
        var calibration = routes.MapGroup("").WithTags("Calibration");
        Map(calibration, "/calibration", OfAllAsync);
        Map(calibration, "/analysts/{analyst}/calibration", OfAnalystAsync);
    }

    /// <summary>Show how well all analysts are calibrated</summary>
    /// <remarks>
    /// The calibration of all persons and bots together. `tag`, `type`: only such questions. `horizon`: only what stood so long before the scheduled
    /// close, in hours, days or weeks: `7d` is the forecast that stood at that instant, `7d-30d` all that stood from thirty to seven days before. `from`,
    /// `to`: only what stood from one instant until before the other. `bins`: the binned curve too, in so many bins of equal width (`10`), or between
    /// edges from 0 to 1 (`0,0.2,0.8,1`); bins are closed at their upper ends. `asOf`: the questions whose outcome stood in the world's log at that
    /// instant, by that outcome; `knownAt`: by the generations recorded here by then; both instants are included. What rests on an imported step on a
    /// question that was asked here is left out, unless `imported=include`; `exclude` leaves out all that rests on an imported step, `only` all else.
    /// Numbers and dates, and outcomes that hold by degrees, are left out, since nothing that was stated came true or did not; `leftOut` counts them.
    /// With `Accept: image/svg+xml` or `image/png` it is drawn: `picture=reliability` (default) or `murphy`.
    /// </remarks>
    public static Task<IResult> OfAllAsync(HttpContext http, IQuerySession session, ComputedResponseCache answers) => GetAsync(null, http, session, answers);

    /// <summary>Show how well an analyst is calibrated</summary>
    /// <remarks>The calibration of an analyst, `consensus:…` or `reference:…`, as `/calibration` shows that of all.</remarks>
    public static Task<IResult> OfAnalystAsync(string analyst, HttpContext http, IQuerySession session, ComputedResponseCache answers) =>
        GetAsync(analyst, http, session, answers);

    private static void Map(IEndpointRouteBuilder routes, string route, Delegate show) =>
        routes.MapGet(route, show).RequireAuthorization(Policies.Read).Knows(Filters).Produces<CalibrationAnswer>().WithMetadata(AlternateMediaTypes.Pictures);

    private static Task<IResult> GetAsync(string? analyst, HttpContext http, IQuerySession session, ComputedResponseCache answers)
    {
        var request = http.Request;
        var (horizon, horizonText) = CalibrationHorizon.Of(request);
        var (from, to) = ScoreFilters.Period(request);
        var filter = new ScoreFilter(request.Text(QuestionFilters.Tag), request.Choice<QuestionType>(QuestionFilters.Type));
        var options = new CalibrationReportOptions { Bins = Bins(request) };
        var murphy = request.Choice<CalibrationPicture>(Picture) == CalibrationPicture.Murphy;
        var at = request.PointInTime();
        var imported = request.Imported(ImportedScope.NotOntoLive);
        var title = $"Calibration of {analyst ?? "all analysts"}".Narrowed(
            filter,
            at,
            horizonText is null ? null : $"{horizonText} before the close",
            Narrowing.Period("what stood", from, to),
            imported.InWords()
        );
        return answers.AnswerAsync(
            http,
            new Computation<CalibrationAnswer>(
                async (snapshot, token) =>
                    (analyst is null ? await snapshot.LastChangeAsync(token) : await snapshot.LastScoringAsync(session, analyst, token)) is { } last
                        ? await snapshot.WithStepsAsync(last, token)
                        : null,
                async (snapshot, token) =>
                {
                    var (sample, leftOut, unrevealed) = await CalibrationSamples.OfAsync(snapshot, analyst, filter, horizon, from, to, imported, token);
                    return CalibrationAnswer.Of(
                        CalibrationReport.Of(sample, options),
                        new CalibrationFilters(filter.Tag, filter.Type, horizonText, from, to),
                        leftOut,
                        unrevealed
                    );
                },
                answer => 64L * (answer.Curve.Count + answer.Murphy.Count + answer.Sharpness.Count),
                answer => answer,
                answer => murphy ? MurphyPicture.Draw(title, answer) : ReliabilityDiagram.Draw(title, answer),
                () => Forecasters.Missing(analyst!)
            )
            {
                At = at,
            }
        );
    }

    private static ReliabilityBins? Bins(HttpRequest request)
    {
        const string Help = "'bins' is a number of bins from 1 to 100, or at most 101 rising edges from 0 to 1, such as 0,0.2,0.8,1.";
        if (request.Text(BinsParameter) is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 100)
            return ReliabilityBins.EqualWidth(count);
        var edges = text.Split(',')
            .Select(e => double.TryParse(e, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var edge) ? edge : double.NaN)
            .ToArray();
        try
        {
            if (edges.Length is >= 2 and <= 101)
                return ReliabilityBins.Between(edges);
        }
        catch (ArgumentException)
        {
            // Said below, with what is allowed.
        }

        throw new ParameterException("bins", Help);
    }
}

/// <summary>What a calibration is drawn as.</summary>
public enum CalibrationPicture
{
    /// <summary>The reliability curve with its band.</summary>
    Reliability,

    /// <summary>The Murphy diagram.</summary>
    Murphy,
}
