using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Api.Authorization;
using Api.ContentNegotiation;
using Api.Endpoints;
using Api.Limits;
using Api.Paging;
using Api.Pipeline;
using Api.Problems;
using Api.Requests;
using Api.Serialization;
using CsvHelper;
using Domain;
using Microsoft.AspNetCore.Http.Features;
using Store.Idempotency;
using Store.Importing;

namespace Api.Imports;

public sealed record ImportAnswer(
    string Id,
    ImportKind Kind,
    ImportFormat Format,
    ImportStatus Status,
    long Read,
    long Accepted,
    long Refused,
    long Unchanged,
    long Recorded,
    long ToScore,
    IReadOnlyList<RefusedRow> Errors,
    string AllErrors,
    string ImportedBy,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    string? Failure
)
{
    public static ImportAnswer Of(Import i, IReadOnlyList<RefusedRow> errors) =>
        new(
            i.Id,
            i.Kind,
            i.Format,
            i.Status,
            i.Read,
            i.Accepted,
            i.Refused,
            i.Unchanged,
            i.Recorded,
            i.ToScore,
            errors,
            $"/imports/{i.Id}/errors",
            i.Actor,
            i.StartedAt,
            i.FinishedAt,
            i.Failure
        );
}

/// <summary>History brought in: files of any size, taken in whole, recorded row by row, followed while they are.</summary>
public static class ImportEndpoints
{
    /// <summary>Refused rows that are shown with an import itself.</summary>
    private const int FirstErrors = 100;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    public static void MapImports(this IEndpointRouteBuilder routes)
    {
        foreach (var kind in Enum.GetValues<ImportKind>())
        {
            routes
                .MapPost($"/imports/{Spelling.Of(kind)}", StartAsync)
                .RequireAuthorization(Policies.Import)
                .Knows()
                .Streams()
                .Is(Transfer.Upload)
                .ReceivesFirst(http => FileReceipt.ReceiveAsync(kind, http))
                .Produces<ImportAnswer>(202);
        }

        routes.MapGet("/imports", ListAsync).RequireAuthorization(Policies.ReadImports).Knows("limit", "cursor").Produces<Page<ImportAnswer>>();
        routes
            .MapGet("/imports/{id}", GetAsync)
            .RequireAuthorization(Policies.ReadImports)
            .Knows()
            .Is(Transfer.Download)
            .Produces<ImportAnswer>()
            .WithMetadata(AlternateMediaTypes.Live);
        routes
            .MapGet("/imports/{id}/errors", ErrorsAsync)
            .RequireAuthorization(Policies.ReadImports)
            .Knows("format", "limit", "cursor")
            .Is(Transfer.Download)
            .Produces<Page<RefusedRow>>()
            .WithMetadata(AlternateMediaTypes.Lines);
    }

    /// <summary>Has the file run that was taken in before.</summary>
    private static async Task<IResult> StartAsync(HttpContext http, ImportLog imports, IdempotentTransaction transaction)
    {
        var file = (UploadedFile)http.Features.GetRequiredFeature<IReceivedBody>();
        return await imports.StartAsync(file.Import, transaction, http.RequestAborted) is { } import
            ? Results.Accepted($"/imports/{import.Id}", ImportAnswer.Of(import, []))
            : Problem.Of(503, "busy", "The file is gone", "It came in too slowly and was forgotten; send it again.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, ImportLog imports)
    {
        var limit = http.Request.Limit();
        var found = await imports.ListAsync(http.Request.Cursor(), limit + 1, http.RequestAborted);
        return Results.Ok(Page<ImportAnswer>.Of([.. found.Select(i => ImportAnswer.Of(i, []))], limit, i => i.Id));
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, ImportLog imports)
    {
        if (await AnswerAsync(id, imports, http.RequestAborted) is not { } answer)
            return Missing(id);
        return http.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.Ordinal)
            ? Results.ServerSentEvents(FollowAsync(answer, imports, http.RequestAborted))
            : EntityTags.Tagged(http, answer);
    }

    /// <summary>The import each time that something about it has changed, until it has ended and is scored.</summary>
    private static async IAsyncEnumerable<SseItem<ImportAnswer>> FollowAsync(
        ImportAnswer answer,
        ImportLog imports,
        [EnumeratorCancellation] CancellationToken token
    )
    {
        while (true)
        {
            var ended = answer.Status != ImportStatus.Running && answer.ToScore == 0;
            yield return new SseItem<ImportAnswer>(answer, ended ? "ended" : "progress");
            if (ended)
                yield break;
            ImportAnswer next;
            var unchanged = 0;
            do
            {
                await Task.Delay(Look, token);
                next = (await AnswerAsync(answer.Id, imports, token))!;
            }
            // Said again after a quarter of a minute, so that nobody on the way takes the connection for dead.
            while (JsonSerializer.Serialize(next) == JsonSerializer.Serialize(answer) && ++unchanged < 60);
            answer = next;
        }
    }

    private static async Task<IResult> ErrorsAsync(string id, HttpContext http, ImportLog imports)
    {
        if (await imports.FindAsync(id, http.RequestAborted) is null)
            return Missing(id);
        var accept = http.Request.Headers.Accept.ToString();
        switch (
            http.Request.Text("format")
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

    private static async Task<ImportAnswer?> AnswerAsync(string id, ImportLog imports, CancellationToken token)
    {
        if (await imports.FindAsync(id, token) is not { } import)
            return null;
        var errors = new List<RefusedRow>();
        if (import.Refused > 0)
        {
            await foreach (var row in imports.RefusedAsync(id, 0, FirstErrors, token))
                errors.Add(row);
        }

        return ImportAnswer.Of(import, errors);
    }

    private static IResult Missing(string id) => Problem.NotFound($"There is no import '{id.Shortened(80)}'.");
}
