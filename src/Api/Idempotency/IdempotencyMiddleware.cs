using System.Text.Json;
using Api.Authorization;
using Api.Endpoints;
using Api.Limits;
using Api.Problems;
using Api.Requests;
using Domain.People;
using Npgsql;
using Store.Idempotency;
using Store.Operations;

namespace Api.Idempotency;

/// <summary>
/// Answers a repeated write as it was answered the first time. What the request changed and what it was answered are committed together, so
/// a repetition after a crash finds both or neither; of two at once the second waits, here or at the database, and gets the answer of the first.
/// </summary>
/// <remarks>
/// The body is read before anything is held for the request, and what is held is let go before the answer is sent: how fast a client sends and reads
/// keeps nobody waiting.
/// <para/>
/// Kept is what an endpoint answered to a request that it understood: a success, or a refusal that the state of things called for. Not kept is
/// what says nothing about the state: an invalid request, a lost race, a limit, a fault; those can be repeated under the same key.
/// <para/>
/// What is done in parts is given again from its parts, one after the other, so that its answer may have any length.
/// </remarks>
public sealed class IdempotencyMiddleware(RequestDelegate next, IdempotencyRecords kept, NpgsqlDataSource database, ServiceLimits limits, TimeProvider clock)
    : IDisposable
{
    /// <summary>How long an answer is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>The header on an answer that was given before.</summary>
    public const string Replayed = "Idempotent-Replayed";

    private const int LargestKept = 4 << 20;

    private static readonly string[] KeptHeaders = ["Content-Type", "Location", "ETag", "Link", "Cache-Control", "Ledger-Receipt"];

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

        var received = http.Features.Get<IReceivedBody>();
        var longest = http.TakesAnyBody() ? limits.KeyedBodyMebibytes * 1024L * 1024L : BodyLimit.Largest;
        await using var buffered = received is null ? await BufferedBody.ReadAsync(http.Request.Body, longest, http.RequestAborted) : null;
        if ((received?.Fingerprint ?? buffered?.Fingerprint) is not { } fingerprint)
        {
            await Problem
                .Of(
                    413,
                    "too-large",
                    "The request is too large",
                    $"With an {IdempotencyKey.Header} a body has at most {longest >> 20} MiB; send it in parts, each under a key of its own."
                )
                .ExecuteAsync(http);
            return;
        }

        if (buffered is not null)
            http.Request.Body = buffered.Content;
        await using var answer = new IdempotencyBuffer(LargestKept);
        var id = key.Id(caller.Slug, http.Request);
        var (first, earlier) = await FirstAsync(http, transaction, id, key, fingerprint, answer);
        if (first)
            await answer.SendAsync(http.Response.Body, http.RequestAborted);
        else if (earlier is not null)
            await ReplayAsync(http, earlier, key, fingerprint);
    }

    /// <summary>
    /// Lets the request be done where it was not done before. Neither a lock nor a connection is held any more when this returns: what was answered now is in
    /// <paramref name="answer"/>, what was answered before is the record.
    /// </summary>
    private async Task<(bool First, IdempotencyRecord? Earlier)> FirstAsync(
        HttpContext http,
        IdempotentTransaction transaction,
        byte[] id,
        IdempotencyKey key,
        byte[] fingerprint,
        IdempotencyBuffer answer
    )
    {
        using var turn = await _locks.TakeAsync(Convert.ToHexString(id), http.RequestAborted);
        if (await kept.FindAsync(id, Since, http.RequestAborted) is { } before)
            return (false, before);
        if (IsInParts(http))
        {
            // Begun and not ended: what is done of it is in its parts, and those are of one body alone.
            if (await kept.FindAsync(KeyedParts.IdOf(id, 0), Since, http.RequestAborted) is { } begun && !begun.Fingerprint.AsSpan().SequenceEqual(fingerprint))
                return (false, begun);
            http.Features.Set(new KeyedParts(id, fingerprint, kept, database, _transactions, clock));
        }

        var body = http.Response.Body;
        http.Response.Body = answer.Stream;
        try
        {
            if (await AnswerAsync(http, transaction, id, key, fingerprint, answer))
                return (true, null);
        }
        catch (PartNotKeptException e)
        {
            http.Response.Clear();
            return (false, e.Part);
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
            // Whoever says what went wrong says it to the caller, and with nothing in hand.
            http.Response.Body = body;
            await transaction.DisposeAsync();
        }

        http.Response.Clear();
        return (false, await kept.FindAsync(id, Since, http.RequestAborted));
    }

    public void Dispose() => _transactions.Dispose();

    private DateTimeOffset Since => clock.GetUtcNow() - Kept;

    /// <summary>Lets the endpoint answer, and commits that with what it changed; false where the same request was answered elsewhere meanwhile.</summary>
    private async Task<bool> AnswerAsync(
        HttpContext http,
        IdempotentTransaction transaction,
        byte[] id,
        IdempotencyKey key,
        byte[] fingerprint,
        IdempotencyBuffer answer
    )
    {
        // What is done in parts has a transaction for each; this one keeps the answer as a whole.
        if (IsInParts(http))
        {
            await AnswerIntoBufferAsync(http, answer);
            await _transactions.WaitAsync(http.RequestAborted);
        }
        else
        {
            await _transactions.WaitAsync(http.RequestAborted);
            try
            {
                await transaction.BeginAsync(http.RequestAborted);
                await AnswerIntoBufferAsync(http, answer);
            }
            catch
            {
                _transactions.Release();
                throw;
            }
        }

        try
        {
            var status = http.Response.StatusCode;
            if (status >= 500 || status is 400 or 401 or 408 or 413 or 415 or 429)
            {
                await transaction.DisposeAsync();
                return await kept.FindAsync(id, Since, http.RequestAborted) is null;
            }

            if (!transaction.IsOpen)
                await transaction.BeginAsync(http.RequestAborted);
            // With the first of its parts the whole is forgotten.
            var record = http.Features.Get<KeyedParts>() is { BegunAt: { } begun, Done: var parts }
                ? new IdempotencyRecord(id, fingerprint, status, Headers(http.Response), null, begun, parts)
                : new IdempotencyRecord(id, fingerprint, status, Headers(http.Response), Body(http, id, key, answer.Bytes), clock.GetUtcNow());
            return await transaction.CommitAsync(record, Since, http.RequestAborted);
        }
        finally
        {
            _transactions.Release();
        }
    }

    /// <summary>Whether a request may be too long for one transaction. What streams is, unless it has its body already, as what starts an import has.</summary>
    private static bool IsInParts(HttpContext http) => http.IsStreamed() && http.Features.Get<IReceivedBody>() is null;

    private async Task AnswerIntoBufferAsync(HttpContext http, IdempotencyBuffer answer)
    {
        await next(http);
        await http.Response.CompleteAsync();
        await answer.ReadAsync(http.RequestAborted);
    }

    private static byte[]? Body(HttpContext http, byte[] id, IdempotencyKey key, byte[]? bytes) =>
        bytes is not null && http.ShowsSecret() ? SealedBody.Seal(bytes, id, http.Request, key) : bytes;

    private static string Headers(HttpResponse response) =>
        JsonSerializer.Serialize(KeptHeaders.Where(response.Headers.ContainsKey).ToDictionary(h => h, h => response.Headers[h].ToString()));

    /// <summary>Answers what was answered before.</summary>
    private async Task ReplayAsync(HttpContext http, IdempotencyRecord answer, IdempotencyKey key, byte[] fingerprint)
    {
        if (!answer.Fingerprint.AsSpan().SequenceEqual(fingerprint))
        {
            await Problem
                .Of(
                    422,
                    "key-reused",
                    "Idempotency key reused",
                    $"This {IdempotencyKey.Header} came with another body before; use a new key for a new request."
                )
                .ExecuteAsync(http);
            return;
        }

        http.Response.Headers[Replayed] = "true";
        IReadOnlyList<byte[]> parts = [.. Enumerable.Range(0, answer.Parts ?? 0).Select(n => KeyedParts.IdOf(answer.Id, n))];
        var body =
            answer.Body is null ? null
            : http.ShowsSecret() ? SealedBody.Open(answer.Body, answer.Id, http.Request, key)
            : answer.Body;
        if (body is null && (parts.Count == 0 || !await kept.HasAllAsync(parts, http.RequestAborted)))
        {
            var why = answer.Body is null
                ? "its answer was too large to be kept, or held what was erased since"
                : "its answer shows a secret, which only the token that asked for it can read again";
            await Problem
                .Of(409, "answer-not-kept", "Answer not kept", $"This request was answered {answer.Status} at {answer.AnsweredAt:yyyy-MM-ddTHH:mm:ssZ}; {why}.")
                .ExecuteAsync(http);
            return;
        }

        http.Response.StatusCode = answer.Status;
        foreach (var (name, value) in JsonSerializer.Deserialize<Dictionary<string, string>>(answer.Headers)!)
            http.Response.Headers[name] = value;
        if (body is { Length: > 0 })
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
        foreach (var part in parts)
        {
            if ((await kept.FindAsync(part, DateTimeOffset.MinValue, http.RequestAborted))?.Body is not { } said)
            {
                // It went meanwhile. An answer that is cut off is told from a whole one.
                http.Abort();
                return;
            }

            await http.Response.Body.WriteAsync(said, http.RequestAborted);
        }
    }
}
