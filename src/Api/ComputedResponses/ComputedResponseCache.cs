using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Api.ContentNegotiation;
using Api.Drawing;
using Api.Requests;
using Domain.Questions;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Store.Scoring;

namespace Api.ComputedResponses;

/// <summary>How an answer that is computed from the score views comes about.</summary>
/// <param name="VersionAsync">
/// What the answer depends on, as of a snapshot: the last event that could change it. Null where there is nobody to answer about.
/// </param>
/// <param name="ComputeAsync">Computes the answer. It may close the snapshot as soon as it has read what it needs.</param>
/// <param name="Size">About how many bytes the answer takes.</param>
/// <param name="Body">The JSON body: the answer, or the page of it that was asked for.</param>
/// <param name="Drawing">The answer as a picture; null where there is none.</param>
/// <param name="Missing">What is answered where there is no version.</param>
public sealed record Computation<T>(
    Func<ScoreSnapshot, CancellationToken, Task<string?>> VersionAsync,
    Func<ScoreSnapshot, CancellationToken, Task<T>> ComputeAsync,
    Func<T, long> Size,
    Func<T, object> Body,
    Func<T, Picture>? Drawing,
    Func<IResult> Missing
)
    where T : class
{
    /// <summary>The point in time that the answer is about.</summary>
    public PointInTime At { get; init; } = PointInTime.Present;
}

/// <summary>
/// Answers that take long to compute. Each is kept under the last event that it depends on, so that it is computed once, and never given when that event is no
/// longer the last. The entity tag is made of the same, so that an unchanged answer is not even read again.
/// </summary>
public sealed class ComputedResponseCache(ScoreViewReader views, IOptions<JsonOptions> json) : IDisposable
{
    private const long Kept = 64 << 20;

    // What an answer looks like is this build's: another one's tags are none of ours.
    private static readonly string Build = typeof(ComputedResponseCache).Assembly.ManifestModule.ModuleVersionId.ToString("N");

    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = Kept });
    private readonly ConcurrentDictionary<string, Lazy<Task<object>>> _running = new(StringComparer.Ordinal);

    public void Dispose() => _kept.Dispose();

    public async Task<IResult> AnswerAsync<T>(HttpContext http, Computation<T> computation)
        where T : class
    {
        string[] offers = computation.Drawing is null ? [MediaTypes.Json] : [MediaTypes.Json, MediaTypes.Svg, MediaTypes.Png];
        if (MediaTypes.Choose(http.Request, offers) is not { } type)
            return MediaTypes.NotAcceptable(offers);

        var snapshot = await views.OpenAsync(computation.At, http.RequestAborted);
        string key;
        Lazy<Task<object>> run;
        try
        {
            if (await computation.VersionAsync(snapshot, http.RequestAborted) is not { } version)
            {
                await snapshot.DisposeAsync();
                return computation.Missing();
            }

            if (computation.Drawing is not null)
                http.Response.Headers.Append("Vary", "Accept");
            var tag = $"\"{version}-{Digest($"{Build} {type} {http.Request.Path} {Query(http, paged: true)}")}\"";
            http.Response.Headers.ETag = tag;
            if (EntityTags.IsKnown(http, tag))
            {
                await snapshot.DisposeAsync();
                return Results.StatusCode(StatusCodes.Status304NotModified);
            }

            key = $"{version} {http.Request.Path} {Query(http, paged: false)}";
            run = new Lazy<Task<object>>(() => ComputeAsync(key, snapshot, computation));
        }
        catch
        {
            await snapshot.DisposeAsync();
            throw;
        }

        // Who asks while it is being computed waits for that; it goes on for the others when one of them leaves.
        object answer;
        if (_kept.TryGetValue(key, out var kept))
        {
            await snapshot.DisposeAsync();
            answer = kept!;
        }
        else
        {
            var first = _running.GetOrAdd(key, run);
            if (first != run)
                await snapshot.DisposeAsync();
            answer = await first.Value.WaitAsync(http.RequestAborted);
        }

        return type == MediaTypes.Json
            ? Results.Bytes(JsonSerializer.SerializeToUtf8Bytes(computation.Body((T)answer), json.Value.SerializerOptions), "application/json; charset=utf-8")
            : computation.Drawing!((T)answer).ToResult(type);
    }

    private async Task<object> ComputeAsync<T>(string key, ScoreSnapshot snapshot, Computation<T> computation)
        where T : class
    {
        try
        {
            // Away from the caller, whose leaving must not end it.
            var answer = await Task.Run(() => computation.ComputeAsync(snapshot, CancellationToken.None));
            _kept.Set(key, answer, new MemoryCacheEntryOptions { Size = 1000 + computation.Size(answer) });
            return answer;
        }
        finally
        {
            _running.TryRemove(key, out _);
            await snapshot.DisposeAsync();
        }
    }

    private static string Query(HttpContext http, bool paged) =>
        string.Join(
            '&',
            http.Request.Query.Where(q => paged || q.Key is not ("limit" or "cursor"))
                .OrderBy(q => q.Key, StringComparer.Ordinal)
                .Select(q => $"{Uri.EscapeDataString(q.Key)}={Uri.EscapeDataString(q.Value.ToString())}")
        );

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 6));
}
