using System.Text.Json;
using JasperFx;
using JasperFx.Events;
using Microsoft.AspNetCore.Diagnostics;
using Npgsql;
using Store;

namespace Api.Http;

/// <summary>Turns what went wrong on the way into a problem document: bad input into a 4xx, a lost race into a 409, a fault into a 5xx.</summary>
public sealed class FaultHandler(ILogger<FaultHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var result = exception switch
        {
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
                Problems.Of(413, "too-large", "The request is too large", "A body has at most 1 MiB; shorten it or send it in parts."),
            BadHttpRequestException { InnerException: JsonException json } => Problems.Unreadable(json),
            PreconditionException p => EntityTags.Refusal(p.Message),
            ParameterException p => Problems.Invalid(p.Parameter, p.Message),
            BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } bad => Problems.Invalid("body", bad.Message),
            BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } =>
                Problems.Of(415, "media-type", "Not JSON", "Send a body of type application/json."),
            BadHttpRequestException bad => Problems.Of(bad.StatusCode, "invalid", "The request is not valid", bad.Message),
            JsonException json => Problems.Unreadable(json),
            ConcurrencyException or ExistingStreamIdCollisionException or Marten.Exceptions.ExistingStreamIdCollisionException or Marten.Exceptions.ConcurrentUpdateException =>
                Problems.Of(409, "conflict", "Somebody else was first", "It was changed while you wrote; read it again and repeat the request."),
            OperationCanceledException when httpContext.RequestAborted.IsCancellationRequested => Results.StatusCode(499),
            _ => exception.SaidByDatabase() switch
            {
                { SqlState: PostgresErrorCodes.UniqueViolation } => Problems.Of(409, "conflict", "Somebody else was first", "It was changed while you wrote; read it again and repeat the request."),
                // What the database cannot hold, though it passed everything before: the caller's doing all the same.
                { SqlState: ['2', '2', ..] } => Problems.Invalid("request", "A value of the request cannot be kept; mind the limits of numbers, times and text."),
                _ when exception.MayPass() => Busy(httpContext, exception),
                _ => null,
            },
        };

        if (result is null)
        {
            logger.LogError(exception, "{Method} {Path} failed", httpContext.Request.Method, httpContext.Request.Path);
            result = Problems.Of(500, "fault", "Something failed here", "The fault is ours and is logged; nothing was changed. Try again later.");
        }

        await result.ExecuteAsync(httpContext);
        return true;
    }

    private IResult Busy(HttpContext http, Exception exception)
    {
        logger.LogWarning(exception, "{Method} {Path} was cut off by the database", http.Request.Method, http.Request.Path);
        http.Response.Headers.RetryAfter = "1";
        return Problems.Of(503, "busy", "The database is busy or away", "Repeat the request in a second or later; with an Idempotency-Key a write is not done twice.");
    }
}
