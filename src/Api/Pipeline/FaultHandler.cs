using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Api.Problems;
using Api.Requests;
using Api.Serialization;
using JasperFx;
using JasperFx.Events;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using Npgsql;
using Store.Operations;
using Store.Scoring;

namespace Api.Pipeline;

/// <summary>Turns what went wrong on the way into a problem document: bad input into a 4xx, a lost race into a 409, a fault into a 5xx.</summary>
public sealed class FaultHandler(IOptions<JsonOptions> json, ILogger<FaultHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var result = exception switch
        {
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Problem.Of(
                413,
                "too-large",
                "Content too large",
                "A body has at most 1 MiB; shorten it or send it in parts."
            ),
            BadHttpRequestException { InnerException: JsonException unread } => UnreadableBodies.For(unread, Taken(httpContext)),
            PreconditionException p => EntityTags.Refusal(p.Message),
            ParameterException p => Problem.Invalid(p.Parameter, p.Message),
            // The framework refuses so a request without a body where one is needed, and one whose body is null; the server, by a type of its own,
            // one that broke off or is no HTTP. What they say names types of the program.
            BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } refused => !HasBody(httpContext)
                ? UnreadableBodies.NoBody(Taken(httpContext))
            : refused.GetType() == typeof(BadHttpRequestException) ? UnreadableBodies.NullBody(Taken(httpContext))
            : Problem.Invalid(
                UnreadableBodies.Whole,
                "The body broke off before its announced end, or is not sent as HTTP has it. Send the whole of it again."
            ),
            BadHttpRequestException bad => StatusProblems.Of(bad.StatusCode, httpContext),
            JsonException unread => UnreadableBodies.For(unread, Taken(httpContext)),
            ConcurrencyException
            or ExistingStreamIdCollisionException
            or Marten.Exceptions.ExistingStreamIdCollisionException
            or Marten.Exceptions.ConcurrentUpdateException => Problem.Of(
                409,
                "conflict",
                "Concurrent change",
                "It was changed while you wrote; read it again and repeat the request."
            ),
            OperationCanceledException when httpContext.RequestAborted.IsCancellationRequested => Results.StatusCode(499),
            // The client went away while it still sent.
            ConnectionResetException or ConnectionAbortedException => Results.StatusCode(499),
            ScoringUnderwayException => Underway(httpContext),
            _ => exception.SaidByDatabase() switch
            {
                { SqlState: PostgresErrorCodes.UniqueViolation } => Problem.Of(
                    409,
                    "conflict",
                    "Concurrent change",
                    "It was changed while you wrote; read it again and repeat the request."
                ),
                // What the database cannot hold, though it passed everything before: the caller's doing all the same.
                { SqlState: ['2', '2', ..] } => Problem.Invalid(
                    "request",
                    "A value of the request cannot be kept; mind the limits of numbers, times and text."
                ),
                _ when exception.MayPass() => Busy(httpContext, exception),
                _ => null,
            },
        };

        if (result is null)
        {
            logger.LogError(exception, "{Method} {Path} failed", httpContext.Request.Method, httpContext.Request.Path);
            result = Problem.Of(500, "fault", "Internal server error", "The fault is ours and is logged; nothing was changed. Try again later.");
        }

        await result.ExecuteAsync(httpContext);
        return true;
    }

    /// <summary>What the request takes as its body; null where that is nothing, or not JSON.</summary>
    private JsonTypeInfo? Taken(HttpContext http) =>
        http.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is { } type
            ? json.Value.SerializerOptions.GetTypeInfo(type)
            : null;

    private static bool HasBody(HttpContext http) => http.Request.ContentLength > 0 || http.Request.Headers.TransferEncoding.Count > 0;

    private static IResult Underway(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "2";
        return Problem.Of(
            503,
            "busy",
            "Scores are being made",
            "Scores rest on the tags, and others are being made just now. Repeat the request in two seconds."
        );
    }

    private IResult Busy(HttpContext http, Exception exception)
    {
        logger.LogWarning(exception, "{Method} {Path} was cut off by the database", http.Request.Method, http.Request.Path);
        http.Response.Headers.RetryAfter = "1";
        return Problem.Of(503, "busy", "Database unavailable", "Repeat the request in a second or later; with an Idempotency-Key a write is not done twice.");
    }
}
