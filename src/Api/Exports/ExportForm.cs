using Api.ContentNegotiation;
using Api.Endpoints;
using Api.Requests;

namespace Api.Exports;

/// <summary>The forms in which an export comes.</summary>
internal enum ExportForm
{
    /// <summary>Comma-separated values, to the letter as they are kept.</summary>
    Csv,

    /// <summary>
    /// Comma-separated values for people who open them in a spreadsheet: with a byte order mark, and with cells that a spreadsheet would run made
    /// text.
    /// </summary>
    Spreadsheet,

    /// <summary>A JSON object a line, to the letter as it is kept.</summary>
    Ndjson,
}

internal static class ExportForms
{
    /// <summary>The form of the answer, instead of by <c>Accept</c>.</summary>
    public static readonly QueryParameter Format = QueryParameter.OneOf("format", ["csv", "ndjson"], "The form of the answer, instead of by Accept.");

    /// <summary>Who will read the answer.</summary>
    public static readonly QueryParameter For = QueryParameter.OneOf(
        "for",
        ["spreadsheet"],
        "For a spreadsheet: CSV with a byte order mark, in which cells that it would run as formulas are text. "
            + "Without it every cell is as it is kept, whatever a spreadsheet would make of it."
    );

    public const string CsvType = "text/csv";
    public const string NdjsonType = "application/x-ndjson";

    /// <summary>The form that <c>format</c>, <c>for</c> and <c>Accept</c> ask for; null where <c>Accept</c> allows none.</summary>
    /// <exception cref="ParameterException">The parameters name a form that there is not.</exception>
    public static ExportForm? Of(HttpRequest request)
    {
        var spreadsheet = request.Text(For) switch
        {
            null => false,
            "spreadsheet" => true,
            var other => throw new ParameterException("for", $"'for' takes spreadsheet, not '{other}'; leave it out for the lossless form."),
        };
        switch (request.Text(Format))
        {
            case "ndjson" when spreadsheet:
                throw new ParameterException("for", "'for' makes CSV for a spreadsheet; leave 'format=ndjson' out, or 'for'.");
            case "ndjson":
                return ExportForm.Ndjson;
            case "csv":
                return spreadsheet ? ExportForm.Spreadsheet : ExportForm.Csv;
            case { } other:
                throw new ParameterException("format", $"'format' takes csv or ndjson, not '{other}'.");
        }

        if (spreadsheet)
            return MediaTypes.Choose(request, CsvType) is null ? null : ExportForm.Spreadsheet;
        return MediaTypes.Choose(request, CsvType, NdjsonType, MediaTypes.Json) switch
        {
            null => null,
            CsvType => ExportForm.Csv,
            _ => ExportForm.Ndjson,
        };
    }
}
