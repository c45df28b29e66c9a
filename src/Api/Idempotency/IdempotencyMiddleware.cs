using System.Text.Json;
using Api.Authorization;
using Api.Endpoints;
using Api.Problems;
using Api.Requests;
using Domain.People;
using Store.Idempotency;
using Store.Operations;

namespace Api.Idempotency;

/// <summary>
/// Answers a repeated write as it was answered the first time. What the request changed and what it was answered are committed together, so
/// a repetition after a crash finds both or neither; of two at once the second waits, here or at the database, and gets the answer of the first.
/// </summary>
/// <remarks>
/// Kept is what an endpoint answered to a request that it understood: a success, or a refusal that the state of things called for. Not kept is
/// what says nothing about the state: an invalid request, a lost race, a limit, a fault; those can be repeated under the same key.
/// </remarks>
public sealed class IdempotencyMiddleware(RequestDelegate next, IdempotencyRecords kept, TimeProvider clock) : IDisposable
{
    /// <summary>How long an answer is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>The header on an answer that was given before.</summary>
    public const string Replayed = "Idempotent-Replayed";

    private const int LargestKept = 4 << 20;

    private static readonly string[] KeptHeaders = ["Content-Type", "Location", "ETag", "Link", "Cache-Control"];

    // Each holds a connection while its endpoint works; more at once could leave none for what the endpoints themselves need.
    private readonly SemaphoreSlim _transactions = new(16);

    private readonly KeyedLock _locks = new();

    public Task InvokeAsync(HttpContext http)
    {
        var method = http.Request.Method;
        if (
            !http.Request.Headers.ContainsKey(IdempotencyKey.Header)
            || HttpMethods.IsGet(method)
            || HttpMethods.IsHead(method)
            || HttpMethods.IsOptions(method)
            || http.CallerIfAny() is not { } caller
            || http.GetEndpoint()?.NamesPolicy() != true
        )
        {
            return next(http);
        }

        return KeepAsync(http, caller, http.RequestServices.GetRequiredService<IdempotentTransaction>());
    }

    private async Task KeepAsync(HttpContext http, Analyst caller, IdempotentTransaction transaction)
    {
        if (IdempotencyKey.Of(http.Request) is not { } key)
        {
            await Problem
                .Invalid(IdempotencyKey.Header, $"One key of 1 to {IdempotencyKey.MaxLength} visible ASCII characters without spaces, for example a UUID.")
                .ExecuteAsync(http);
            return;
        }

        var id = key.Id(caller.Slug, http.Request);
        await using var fingerprint = new FingerprintStream(http.Request.Body);
        http.Request.Body = fingerprint;
        using var turn = await _locks.TakeAsync(Convert.ToHexString(id), http.RequestAborted);
        if (await ReplayAsync(http, id, key, fingerprint))
            return;

        await using var answer = new IdempotencyBuffer(LargestKept);
        var body = http.Response.Body;
        http.Response.Body = answer.Stream;
        var first = false;
        try
        {
            first = await AnswerAsync(http, transaction, id, key, fingerprint, answer);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var cutOff = transaction.IsBroken;
            await transaction.DisposeAsync();
            if (cutOff)
                throw new TransactionCutOffException(e);
            // The race may be lost to the same request on another node.
            if (e.MayPass() || await kept.FindAsync(id, Since, http.RequestAborted) is null)
                throw;
        }
        finally
        {
            // Whoever says what went wrong says it to the caller.
            http.Response.Body = body;
        }

        if (first)
        {
            await answer.SendAsync(body, http.RequestAborted);
            return;
        }

        http.Response.Clear();
        await ReplayAsync(http, id, key, fingerprint);
    }

    public void Dispose() => _transactions.Dispose();

    private DateTimeOffset Since => clock.GetUtcNow() - Kept;

    /// <summary>Lets the endpoint answer, and commits that with what it changed; false where the same request was answered elsewhere meanwhile.</summary>
    private async Task<bool> AnswerAsync(
        HttpContext http,
        IdempotentTransaction transaction,
        byte[] id,
        IdempotencyKey key,
        FingerprintStream fingerprint,
        IdempotencyBuffer answer
    )
    {
        await _transactions.WaitAsync(http.RequestAborted);
        try
        {
            // What streams does its work in transactions of its own, and is idempotent by what it reads.
            if (!http.IsStreamed())
                await transaction.BeginAsync(http.RequestAborted);
            await next(http);
            await http.Response.CompleteAsync();
            await answer.ReadAsync(http.RequestAborted);
            var status = http.Response.StatusCode;
            if (status >= 500 || status is 400 or 401 or 408 or 413 or 415 or 429)
            {
                await transaction.DisposeAsync();
                return await kept.FindAsync(id, Since, http.RequestAborted) is null;
            }

            if (!transaction.IsOpen)
                await transaction.BeginAsync(http.RequestAborted);
            return await transaction.CommitAsync(
                new IdempotencyRecord(
                    id,
                    await fingerprint.TakeAsync(http.RequestAborted),
                    status,
                    Headers(http.Response),
                    Body(http, id, key, answer.Bytes),
                    clock.GetUtcNow()
                ),
                Since,
                http.RequestAborted
            );
        }
        finally
        {
            _transactions.Release();
        }
    }

    private static byte[]? Body(HttpContext http, byte[] id, IdempotencyKey key, byte[]? bytes) =>
        bytes is not null && http.ShowsSecret() ? SealedBody.Seal(bytes, id, http.Request, key) : bytes;

    private static string Headers(HttpResponse response) =>
        JsonSerializer.Serialize(KeptHeaders.Where(response.Headers.ContainsKey).ToDictionary(h => h, h => response.Headers[h].ToString()));

    /// <summary>Answers what is kept; false where nothing is.</summary>
    private async Task<bool> ReplayAsync(HttpContext http, byte[] id, IdempotencyKey key, FingerprintStream fingerprint)
    {
        if (await kept.FindAsync(id, Since, http.RequestAborted) is not { } answer)
            return false;
        var taken = await fingerprint.TakeAsync(http.RequestAborted);
        if (!answer.Fingerprint.AsSpan().SequenceEqual(taken))
        {
            await Problem
                .Of(
                    422,
                    "key-reused",
                    "The key was used for another request",
                    $"This {IdempotencyKey.Header} came with another body before; use a new key for a new request."
                )
                .ExecuteAsync(http);
            return true;
        }

        http.Response.Headers[Replayed] = "true";
        var body =
            answer.Body is null ? null
            : http.ShowsSecret() ? SealedBody.Open(answer.Body, id, http.Request, key)
            : answer.Body;
        if (body is null)
        {
            var why = answer.Body is null
                ? "its answer was too large to be kept"
                : "its answer shows a secret, which only the token that asked for it can read again";
            await Problem
                .Of(
                    409,
                    "answer-not-kept",
                    "It was done before",
                    $"This request was answered {answer.Status} at {answer.AnsweredAt:yyyy-MM-ddTHH:mm:ssZ}; {why}."
                )
                .ExecuteAsync(http);
            return true;
        }

        http.Response.StatusCode = answer.Status;
        foreach (var (name, value) in JsonSerializer.Deserialize<Dictionary<string, string>>(answer.Headers)!)
            http.Response.Headers[name] = value;
        if (body.Length > 0)
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
        return true;
    }
}
