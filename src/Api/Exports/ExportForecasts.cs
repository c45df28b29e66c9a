using Api.Authorization;
using Store.Reading;

namespace Api.Exports;

/// <summary>Takes forecasts out.</summary>
public static class ExportForecasts
{
    /// <summary>Maps <c>GET /exports/forecasts</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapExport("/exports/forecasts", Export);

    /// <summary>Take forecasts out</summary>
    /// <remarks>
    /// A row for each probability, option or quantile of each step, in the order in which they were made; the rows of one step share their `event_id`,
    /// which keeps two forecasts of one instant apart. `question`, `tag`: only on such questions. `analyst`: only this forecaster's; what is recorded
    /// under a computed name (`reference:uniform`, …) is in the file only if asked for so, since imports refuse these names. `from`, `to`: only what was
    /// made from one instant until before the other. `knownAt`: only what was recorded by then.
    /// </remarks>
    public static IResult Export(HttpContext http, ExportReader reader) =>
        ExportEndpoints.Answer(
            http,
            "forecasts",
            ExportedRows.ForecastColumns,
            filter => reader.ForecastsAsync(filter, http.RequestAborted).Select(forecast => ShownTo(http, forecast)).SelectMany(ExportedRows.Of)
        );

    /// <summary>A step without what its reader is not to see.</summary>
    private static ExportedForecast ShownTo(HttpContext http, ExportedForecast forecast) =>
        forecast.Step is { } step && !http.SeesRationales() ? forecast with { Step = step with { Rationale = null, Evidence = [] } } : forecast;
}
