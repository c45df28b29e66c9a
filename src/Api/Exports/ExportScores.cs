using Store.Reading;

namespace Api.Exports;

/// <summary>Takes scores out.</summary>
public static class ExportScores
{
    /// <summary>Maps <c>GET /exports/scores</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapExport("/exports/scores", Export);

    /// <summary>Take scores out</summary>
    /// <remarks>
    /// A row for each score of each forecaster, of the latest generation of each question. `question`, `tag`: only such questions. `analyst`: only this
    /// forecaster's rows, also a consensus's or a reference's. `from`, `to`: only of outcomes that were known from one instant until before the other.
    /// `knownAt`: of the latest generation that was recorded by then. `imported` is true where a row rests on a step that came from a file. Scores are
    /// not imported: they follow from the other three.
    /// </remarks>
    public static IResult Export(HttpContext http, ExportReader reader) =>
        ExportEndpoints.Answer(
            http,
            "scores",
            ExportedRows.ScoreColumns,
            filter => reader.ScoresAsync(filter, http.RequestAborted).SelectMany(ExportedRows.Of)
        );
}
