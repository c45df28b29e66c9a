using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using static Api.Tests.RunningApi;

namespace Api.Tests.Importing;

/// <summary>Sends files of history to a running service.</summary>
internal static class ImportedFiles
{
    public static Task<JsonElement> ImportAsync(this RunningApi api, string kind, string file, string type = "text/csv", bool gzip = false) =>
        api.ImportAsync(kind, Encoding.UTF8.GetBytes(file), type, gzip);

    /// <summary>Sends the file, and waits until it has been recorded and whatever it touched is scored.</summary>
    public static async Task<JsonElement> ImportAsync(this RunningApi api, string kind, byte[] file, string type = "text/csv", bool gzip = false)
    {
        using var response = await api.SendAsync(kind, gzip ? Zipped(file) : file, type, gzip);
        await Json(response, HttpStatusCode.Accepted);
        return await api.EventuallyAsync(
            response.Headers.Location!.ToString(),
            i => i.GetProperty("status").GetString() != "running" && i.GetProperty("toScore").GetInt64() == 0
        );
    }

    public static async Task<HttpResponseMessage> SendAsync(this RunningApi api, string kind, byte[] file, string type, bool gzip)
    {
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (gzip)
            content.Headers.ContentEncoding.Add("gzip");
        return await api.Owner.PostAsync(new Uri($"/imports/{kind}", UriKind.Relative), content);
    }

    public static (long Read, long Accepted, long Refused, long Unchanged) Counts(this JsonElement import) =>
        (
            import.GetProperty("read").GetInt64(),
            import.GetProperty("accepted").GetInt64(),
            import.GetProperty("refused").GetInt64(),
            import.GetProperty("unchanged").GetInt64()
        );

    public static (long Line, string? Field, string Reason)[] Errors(this JsonElement import) =>
        [
            .. import
                .GetProperty("errors")
                .EnumerateArray()
                .Select(e =>
                    (e.GetProperty("line").GetInt64(), e.TryGetProperty("field", out var f) ? f.GetString() : null, e.GetProperty("reason").GetString()!)
                ),
        ];

    private static byte[] Zipped(byte[] file)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest))
            gzip.Write(file);
        return zipped.ToArray();
    }
}
