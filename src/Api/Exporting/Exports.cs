using System.Globalization;
using System.Text;
using System.Text.Json;
using Api.Access;
using Api.Http;
using CsvHelper;
using Domain;
using Domain.People;
using Store.Exporting;
using Store.Importing;
using Worker.Importing;

namespace Api.Exporting;

/// <summary>History brought out, in the columns in which it can be brought in again; written while it is read, whatever its size.</summary>
public static class Exports
{
    private const int FlushAt = 1 << 16;

    public static void MapExports(this IEndpointRouteBuilder routes)
    {
        Map(routes, "questions", ImportColumns.Of(ImportKind.Questions), (reader, token) => reader.QuestionsAsync(token).Select(ExportedRows.Of));
        Map(routes, "forecasts", ImportColumns.Of(ImportKind.Forecasts), (reader, token) => reader.ForecastsAsync(token).SelectMany(ExportedRows.Of));
        Map(routes, "outcomes", ImportColumns.Of(ImportKind.Outcomes), (reader, token) => reader.OutcomesAsync(token).Select(ExportedRows.Of));
        Map(routes, "scores", ExportedRows.ScoreColumns, (reader, token) => reader.ScoresAsync(token).SelectMany(ExportedRows.Of));
    }

    private static void Map(
        IEndpointRouteBuilder routes, string name, IReadOnlyList<string> columns, Func<ExportReader, CancellationToken, IAsyncEnumerable<object?[]>> rows) =>
        routes.MapGet($"/exports/{name}", (HttpContext http, ExportReader reader) => Answer(http, name, columns, rows(reader, http.RequestAborted)))
            .Reads().Knows("format").Streams().Produces<string>(200, "text/csv", "application/x-ndjson");

    private static IResult Answer(HttpContext http, string name, IReadOnlyList<string> columns, IAsyncEnumerable<object?[]> rows)
    {
        var accept = http.Request.Headers.Accept.ToString();
        switch (http.Request.Text("format") ?? (accept.Contains("json", StringComparison.Ordinal) ? "ndjson" : "csv"))
        {
            case "csv":
                http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}.csv\"";
                return Results.Stream(body => WriteCsvAsync(body, columns, rows, http.RequestAborted), "text/csv; charset=utf-8");
            case "ndjson":
                http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}.ndjson\"";
                return Results.Stream(body => WriteNdjsonAsync(body, columns, rows, http.RequestAborted), "application/x-ndjson");
            default:
                return Problems.Invalid("format", "'format' is csv or ndjson.");
        }
    }

    private static async Task WriteCsvAsync(Stream body, IReadOnlyList<string> columns, IAsyncEnumerable<object?[]> rows, CancellationToken token)
    {
        await using var writer = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), FlushAt);
        await using var csv = new CsvWriter(writer, CultureInfo.InvariantCulture);
        foreach (var column in columns) csv.WriteField(column);
        await csv.NextRecordAsync();
        await foreach (var row in rows.WithCancellation(token))
        {
            foreach (var value in row) csv.WriteField(Text(value));
            await csv.NextRecordAsync();
        }
    }

    private static async Task WriteNdjsonAsync(Stream body, IReadOnlyList<string> columns, IAsyncEnumerable<object?[]> rows, CancellationToken token)
    {
        using var buffer = new MemoryStream(FlushAt * 2);
        await foreach (var row in rows.WithCancellation(token))
        {
            using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            {
                json.WriteStartObject();
                for (var i = 0; i < columns.Count; i++)
                {
                    if (row[i] is null) continue;
                    json.WritePropertyName(columns[i]);
                    Write(json, row[i]!);
                }

                json.WriteEndObject();
            }

            buffer.WriteByte((byte)'\n');
            if (buffer.Length < FlushAt) continue;
            await body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), token);
            buffer.SetLength(0);
        }

        await body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), token);
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        DateTimeOffset at => Instants.Format(at),
        bool flag => flag ? "true" : "false",
        IReadOnlyList<string> list => RowValues.Listed(list),
        JsonElement json => json.GetRawText(),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static void Write(Utf8JsonWriter json, object value)
    {
        switch (value)
        {
            case double number:
                json.WriteNumberValue(number);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case JsonElement element:
                element.WriteTo(json);
                break;
            case IReadOnlyList<string> list:
                json.WriteStartArray();
                foreach (var entry in list) json.WriteStringValue(entry);
                json.WriteEndArray();
                break;
            default:
                json.WriteStringValue(Text(value));
                break;
        }
    }
}
