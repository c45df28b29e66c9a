using Store.Reading;

namespace Api.Exports;

/// <summary>Takes questions out.</summary>
public static class ExportQuestions
{
    /// <summary>Maps <c>GET /exports/questions</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapExport("/exports/questions", Export);

    /// <summary>Take questions out</summary>
    /// <remarks>
    /// A row a question, in the order of recording, so that a condition comes before what depends on it. `question`: only this one. `analyst`: only those
    /// that this forecaster has forecast. `tag`: only those with it. `from`, `to`: only those that open from one instant until before the other.
    /// `knownAt`: as they were recorded by then.
    /// </remarks>
    public static IResult Export(HttpContext http, ExportReader reader) =>
        ExportEndpoints.Answer(
            http,
            "questions",
            ExportedRows.QuestionColumns,
            filter => reader.QuestionsAsync(filter, http.RequestAborted).Select(ExportedRows.Of)
        );
}
