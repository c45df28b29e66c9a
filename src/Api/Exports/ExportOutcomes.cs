using Store.Reading;

namespace Api.Exports;

/// <summary>Takes outcomes out.</summary>
public static class ExportOutcomes
{
    /// <summary>Maps <c>GET /exports/outcomes</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapExport("/exports/outcomes", Export);

    /// <summary>Take outcomes out</summary>
    /// <remarks>
    /// A row for each outcome that was ever confirmed or imported, corrections, annulments and takings back included, in the order in which they were
    /// logged. `question`, `tag`: only of such questions. `analyst`: only of questions that this forecaster has forecast. `from`, `to`: only what was
    /// known from one instant until before the other. `knownAt`: only what was recorded by then.
    /// </remarks>
    public static IResult Export(HttpContext http, ExportReader reader) =>
        ExportEndpoints.Answer(
            http,
            "outcomes",
            ExportedRows.OutcomeColumns,
            filter => reader.OutcomesAsync(filter, http.RequestAborted).Select(ExportedRows.Of)
        );
}
