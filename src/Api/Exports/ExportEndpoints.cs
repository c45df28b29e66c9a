using Api.Authorization;
using Api.ContentNegotiation;
using Api.Endpoints;
using Api.Limits;
using Api.Questions;
using Api.Requests;
using Domain;
using Domain.People;
using Domain.Questions;
using Store.Reading;

namespace Api.Exports;

/// <summary>History brought out, in the columns in which it can be brought in again; written while it is read, whatever its size.</summary>
public static class ExportEndpoints
{
    private static readonly QueryParameter Question = QueryParameter.Text("question", "Only what concerns this question.");
    private static readonly QueryParameter Analyst = QueryParameter.Text("analyst", "Only what concerns this analyst.");
    private static readonly QueryParameter From = QueryParameter.Instant("from", "From this instant on.");
    private static readonly QueryParameter To = QueryParameter.Instant("to", "Before this instant.");

    /// <summary>The header that says whether cells were changed for a spreadsheet.</summary>
    public const string SpreadsheetSafe = "X-Spreadsheet-Safe";

    /// <summary>Maps every export.</summary>
    public static void MapExports(this IEndpointRouteBuilder routes)
    {
        var exports = routes.MapGroup("").WithTags("Exports");
        ExportQuestions.Map(exports);
        ExportForecasts.Map(exports);
        ExportOutcomes.Map(exports);
        ExportScores.Map(exports);
    }

    /// <summary>Maps an export: rights, parameters and forms are those of every other.</summary>
    internal static void MapExport(this IEndpointRouteBuilder routes, string route, Func<HttpContext, ExportReader, IResult> export) =>
        routes
            .MapGet(route, export)
            .RequireAuthorization(Policies.Read)
            .Knows(Question, Analyst, QuestionFilters.Tag, From, To, QueryParameters.KnownAt, ExportForms.Format, ExportForms.For)
            .Streams()
            .Is(Transfer.Download)
            .Produces<string>(200, ExportForms.CsvType, ExportForms.NdjsonType);

    /// <summary>Answers the rows that the request's parameters choose, in the form that it asks for.</summary>
    internal static IResult Answer(HttpContext http, string name, IReadOnlyList<string> columns, Func<ExportFilter, IAsyncEnumerable<object?[]>> rows)
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
        var (question, analyst) = (request.Text(Question), request.Text(Analyst));
        if (question is not null && !StreamKeys.IsSlug(question))
            throw new ParameterException("question", $"'question' takes a slug, 1 to 80 characters of a to z, 0 to 9 and '-'; not '{question.Shortened(80)}'.");
        if (analyst is not null && !StreamKeys.IsForecaster(analyst))
            throw new ParameterException(
                "analyst",
                $"'analyst' takes a forecaster's name, 1 to 80 characters of a-z A-Z 0-9 . _ : -; not '{analyst.Shortened(80)}'."
            );
        var (from, to) = (request.Instant(From), request.Instant(To));
        if (from > to)
            throw new ParameterException("to", "'to' lies before 'from'; write the earlier of the two as 'from'.");
        return new ExportFilter(
            question is null ? null : new QuestionSlug(question),
            analyst is null ? null : new ForecasterName(analyst),
            request.Text(QuestionFilters.Tag),
            from,
            to,
            request.Instant(QueryParameters.KnownAt)
        );
    }
}
