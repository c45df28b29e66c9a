using System.Globalization;
using Api.Authorization;
using Api.Endpoints;
using Api.Limits;
using Api.Problems;
using CsvHelper;
using CsvHelper.Configuration;
using Domain;
using Store.Importing;
using Worker.Importing;

namespace Api.Imports;

/// <summary>Takes in a file of any size at its client's pace, and refuses one that can never be read.</summary>
internal static class FileReceipt
{
    private const int BeginningSize = 1 << 16;

    /// <summary>Takes the file in; it is run by whoever handles the request then.</summary>
    public static async Task<Receipt> ReceiveAsync(ImportKind kind, HttpContext http)
    {
        var (request, services) = (http.Request, http.RequestServices);
        var type = request.ContentType?.Split(';')[0].Trim().ToLowerInvariant();
        ImportFormat? format = type switch
        {
            "text/csv" or "application/csv" => ImportFormat.Csv,
            "application/x-ndjson" or "application/ndjson" or "application/jsonl" or "application/x-jsonlines" => ImportFormat.Ndjson,
            _ => null,
        };
        if (format is null)
            return Refused(Problem.Of(415, "media-type", "Unsupported media type", "Send the file as text/csv or application/x-ndjson."));
        var encoding = request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        if (encoding is not ("" or "identity" or "gzip"))
            return Refused(Problem.Of(415, "encoding", "Unsupported content encoding", "Send the file as it is, or with Content-Encoding: gzip."));

        var limits = services.GetRequiredService<ServiceLimits>();
        var spool = new SpoolLimits(limits.ImportMebibytes * 1024L * 1024L, limits.SpoolMebibytes * 1024L * 1024L);
        if (request.ContentLength > spool.LargestFile)
            return Refused(TooLarge(limits));
        var imports = services.GetRequiredService<ImportLog>();
        await using var sent = new HashedStream(request.Body);
        await using Stream plain = encoding == "gzip" ? new UnpackedFile(sent, limits.ImportRatio) : sent;
        try
        {
            var (beginning, problem) = await BeginningAsync(plain, kind, format.Value, http.RequestAborted);
            if (problem is not null)
                return Refused(problem);
            var id = await imports.ReceiveAsync(
                kind,
                format.Value,
                new ResumedStream(beginning, plain),
                http.Caller().Slug,
                System.Diagnostics.Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier,
                spool,
                services.GetRequiredService<TimeProvider>(),
                http.RequestAborted
            );
            return new Receipt(new UploadedFile(id, await sent.TakeAsync(http.RequestAborted), imports), null);
        }
        catch (InvalidDataException)
        {
            return Refused(Problem.Invalid("body", "The body is announced as gzip and is not, or is cut off; send it again."));
        }
        catch (UnpackedTooFarException)
        {
            return Refused(
                Problem.Of(
                    413,
                    "too-large",
                    "The file is too large",
                    $"It unpacks to more than {limits.ImportRatio} times its size; send it without Content-Encoding, in parts."
                )
            );
        }
        catch (SpoolFullException full) when (full.Bound == SpoolBound.File)
        {
            return Refused(TooLarge(limits));
        }
        catch (SpoolFullException)
        {
            http.Response.Headers.RetryAfter = "60";
            return Refused(
                Problem.Of(
                    413,
                    "too-large",
                    "There is no room for the file",
                    "Files that wait to be read take all room that there is for them; send it again later."
                )
            );
        }
    }

    private static Receipt Refused(IResult refusal) => new(null, refusal);

    private static IResult TooLarge(ServiceLimits limits) =>
        Problem.Of(
            413,
            "too-large",
            "The file is too large",
            string.Create(CultureInfo.InvariantCulture, $"An imported file has at most {limits.ImportMebibytes} MiB, unpacked; send it in parts.")
        );

    /// <summary>
    /// The first bytes of the file, and what is wrong with the columns that they name, so that a file that can never be read is refused at once.
    /// </summary>
    private static async Task<(ReadOnlyMemory<byte> Beginning, IResult? Problem)> BeginningAsync(
        Stream file,
        ImportKind kind,
        ImportFormat format,
        CancellationToken token
    )
    {
        var buffer = new byte[BeginningSize];
        int length;
        try
        {
            length = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, token);
        }
        catch (InvalidDataException)
        {
            return (default, Problem.Invalid("body", "The body is announced as gzip and is not; send it again."));
        }

        if (length == 0)
            return (default, Problem.Invalid("body", "The body is empty; send a file."));
        if (StrictUtf8.IsMarkedAsUtf16(buffer.AsSpan(0, length)))
            return (default, Problem.Invalid("body", "The file is in UTF-16 or UTF-32; save it in UTF-8 and send it again."));
        if (format == ImportFormat.Csv)
        {
            using var reader = StrictUtf8.Reader(new MemoryStream(buffer, 0, length));
            using var parser = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = null });
            var wrong = await parser.ReadAsync() ? ImportColumns.Check(kind, parser.Record!) : "The file is empty; its first line names the columns.";
            if (wrong is not null)
                return (default, Problem.Invalid("body", wrong.Shortened(1_000)));
        }

        return (buffer.AsMemory(0, length), null);
    }
}
