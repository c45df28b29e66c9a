using System.Text;
using System.Text.Json;
using Api.Authorization;
using Api.ContentNegotiation;
using Api.Endpoints;
using Api.Limits;
using Api.Paging;
using Api.Problems;
using Api.Requests;
using CsvHelper;
using Store.Importing;

namespace Api.Imports;

/// <summary>Lists the rows that an import refused.</summary>
public static class ListErrors
{
    private static readonly QueryParameter Form = QueryParameter.OneOf("format", ["json", "csv", "ndjson"], "The form of the answer, instead of by Accept.");

    /// <summary>Maps <c>GET /imports/{id}/errors</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/imports/{id}/errors", ErrorsAsync)
            .RequireAuthorization(Policies.ReadImports)
            .Knows([Form, .. PageParameters.All])
            .Is(Transfer.Download)
            .Produces<Page<RefusedRow>>()
            .WithMetadata(AlternateMediaTypes.Lines);

    /// <summary>List the rows that an import refused</summary>
    public static async Task<IResult> ErrorsAsync(string id, HttpContext http, ImportLog imports)
    {
        if (await imports.FindAsync(id, http.RequestAborted) is null)
            return ImportEndpoints.Missing(id);
        var accept = http.Request.Headers.Accept.ToString();
        switch (
            http.Request.Text(Form)
            ?? (
                accept.Contains("csv", StringComparison.Ordinal) ? "csv"
                : accept.Contains("ndjson", StringComparison.Ordinal) ? "ndjson"
                : "json"
            )
        )
        {
            case "csv":
                return Results.Stream(body => WriteCsvAsync(body, imports.RefusedAsync(id, 0, null, http.RequestAborted)), "text/csv; charset=utf-8");
            case "ndjson":
                var json = http
                    .RequestServices.GetRequiredService<Microsoft.Extensions.Options.IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>()
                    .Value.SerializerOptions;
                return Results.Stream(
                    async body =>
                    {
                        await foreach (var row in imports.RefusedAsync(id, 0, null, http.RequestAborted))
                        {
                            await JsonSerializer.SerializeAsync(body, row, json, http.RequestAborted);
                            await body.WriteAsync("\n"u8.ToArray(), http.RequestAborted);
                        }
                    },
                    "application/x-ndjson"
                );
            case "json":
                var (limit, after) = (http.Request.Limit(), http.Request.Cursor() ?? "0");
                if (!long.TryParse(after, System.Globalization.CultureInfo.InvariantCulture, out var line))
                    return Problem.Invalid("cursor", "'cursor' is not one that this service gave out.");
                var rows = new List<RefusedRow>();
                await foreach (var row in imports.RefusedAsync(id, line, limit + 1, http.RequestAborted))
                    rows.Add(row);
                return Results.Ok(Page<RefusedRow>.Of(rows, limit, r => r.Line.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            default:
                return Problem.Invalid("format", "'format' is json, csv or ndjson.");
        }
    }

    private static async Task WriteCsvAsync(Stream body, IAsyncEnumerable<RefusedRow> rows)
    {
        await using var writer = new StreamWriter(body, new UTF8Encoding(false));
        await using var csv = new CsvWriter(writer, System.Globalization.CultureInfo.InvariantCulture);
        foreach (var column in (string[])["line", "field", "reason"])
            csv.WriteField(column);
        await csv.NextRecordAsync();
        await foreach (var row in rows)
        {
            csv.WriteField(row.Line);
            csv.WriteField(row.Field);
            csv.WriteField(row.Reason);
            await csv.NextRecordAsync();
        }
    }
}
