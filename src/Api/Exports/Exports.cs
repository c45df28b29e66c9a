using Api.Authorization;
using Api.ContentNegotiation;
using Api.Endpoints;
using Api.Limits;
using Api.Requests;
using Domain;
using Store.Reading;

namespace Api.Exports;

/// <summary>History brought out, in the columns in which it can be brought in again; written while it is read, whatever its size.</summary>
public static class ExportEndpoints
{
    /// <summary>The header that says whether cells were changed for a spreadsheet.</summary>
    public const string SpreadsheetSafe = "X-Spreadsheet-Safe";

    public static void MapExports(this IEndpointRouteBuilder routes)
    {
        Map(
            routes,
            "questions",
            ExportedRows.QuestionColumns,
            (reader, filter, token) => reader.QuestionsAsync(filter, token).Select(ExportedRows.Of),
            """
            A row a question, in the order of recording, so that a condition comes before what depends on it. `question`: only this one. `analyst`: only those that this forecaster
            has forecast. `tag`: only those with it. `from`, `to`: only those that open from one instant until before the other. `knownAt`: as they were recorded by then.
            """
        );
        Map(
            routes,
            "forecasts",
            ExportedRows.ForecastColumns,
            (reader, filter, token) => reader.ForecastsAsync(filter, token).SelectMany(ExportedRows.Of),
            """
            A row for each probability, option or quantile of each step, in the order in which they were made; the rows of one step share their `event_id`, which keeps two
            forecasts of one instant apart. `question`, `tag`: only on such questions. `analyst`: only this forecaster's; what is recorded under a computed name
            (`reference:uniform`, …) is in the file only if asked for so, since imports refuse these names. `from`, `to`: only what was made from one instant until
            before the other. `knownAt`: only what was recorded by then.
            """
        );
        Map(
            routes,
            "outcomes",
            ExportedRows.OutcomeColumns,
            (reader, filter, token) => reader.OutcomesAsync(filter, token).Select(ExportedRows.Of),
            """
            A row for each outcome that was ever confirmed or imported, corrections, annulments and takings back included, in the order in which they were logged. `question`, `tag`:
            only of such questions. `analyst`: only of questions that this forecaster has forecast. `from`, `to`: only what was known from one instant until before the other.
            `knownAt`: only what was recorded by then.
            """
        );
        Map(
            routes,
            "scores",
            ExportedRows.ScoreColumns,
            (reader, filter, token) => reader.ScoresAsync(filter, token).SelectMany(ExportedRows.Of),
            """
            A row for each score of each forecaster, of the latest generation of each question. `question`, `tag`: only such questions. `analyst`: only this forecaster's rows, also a
            consensus's or a reference's. `from`, `to`: only of outcomes that were known from one instant until before the other. `knownAt`: of the latest generation that was recorded by
            then. `imported` is true where a row rests on a step that came from a file. Scores are not imported: they follow from the other three.
            """
        );
    }

    private static void Map(
        IEndpointRouteBuilder routes,
        string name,
        IReadOnlyList<string> columns,
        Func<ExportReader, ExportFilter, CancellationToken, IAsyncEnumerable<object?[]>> rows,
        string description
    ) =>
        routes
            .MapGet(
                $"/exports/{name}",
                (HttpContext http, ExportReader reader) => Answer(http, name, columns, filter => rows(reader, filter, http.RequestAborted))
            )
            .RequireAuthorization(Policies.Read)
            .Knows("question", "analyst", "tag", "from", "to", "knownAt", "format", "for")
            .Streams()
            .Is(Transfer.Download)
            .Produces<string>(200, ExportForms.CsvType, ExportForms.NdjsonType)
            .WithDescription(description);

    private static IResult Answer(HttpContext http, string name, IReadOnlyList<string> columns, Func<ExportFilter, IAsyncEnumerable<object?[]>> rows)
    {
        var filter = Filter(http.Request);
        if (ExportForms.Of(http.Request) is not { } form)
            return MediaTypes.NotAcceptable(ExportForms.CsvType, ExportForms.NdjsonType);
        var headers = http.Response.Headers;
        headers[SpreadsheetSafe] = form == ExportForm.Spreadsheet ? "yes" : "no";
        headers.ContentDisposition = $"attachment; filename=\"{name}.{(form == ExportForm.Ndjson ? "ndjson" : "csv")}\"";
        var token = http.RequestAborted;
        return form == ExportForm.Ndjson
            ? Results.Stream(body => NdjsonRows.WriteAsync(body, columns, rows(filter), token), ExportForms.NdjsonType)
            : Results.Stream(
                body => CsvRows.WriteAsync(body, columns, rows(filter), form == ExportForm.Spreadsheet, token),
                $"{ExportForms.CsvType}; charset=utf-8"
            );
    }

    private static ExportFilter Filter(HttpRequest request)
    {
        var (question, analyst) = (request.Text("question"), request.Text("analyst"));
        if (question is not null && !StreamKeys.IsSlug(question))
            throw new ParameterException("question", $"'question' takes a slug, 1 to 80 characters of a to z, 0 to 9 and '-'; not '{question.Shortened(80)}'.");
        if (analyst is not null && !StreamKeys.IsForecaster(analyst))
            throw new ParameterException(
                "analyst",
                $"'analyst' takes a forecaster's name, 1 to 80 characters of a-z A-Z 0-9 . _ : -; not '{analyst.Shortened(80)}'."
            );
        var (from, to) = (request.Instant("from"), request.Instant("to"));
        if (from > to)
            throw new ParameterException("to", "'to' lies before 'from'; write the earlier of the two as 'from'.");
        return new ExportFilter(question, analyst, request.Text("tag"), from, to, request.Instant("knownAt"));
    }
}
