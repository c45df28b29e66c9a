using System.Text.Json;
using JasperFx;
using JasperFx.Events;
using Microsoft.AspNetCore.Diagnostics;
using Npgsql;

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
            ParameterException p => Problems.Invalid(p.Parameter, p.Message),
            BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } bad => Problems.Invalid("body", bad.Message),
            BadHttpRequestException bad => Problems.Of(bad.StatusCode, "invalid", "The request is not valid", bad.Message),
            JsonException json => Problems.Unreadable(json),
            ConcurrencyException or ExistingStreamIdCollisionException or EventStreamUnexpectedMaxEventIdException =>
                Problems.Of(409, "conflict", "Somebody else was first", "It was changed while you wrote; read it again and repeat the request."),
            PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } =>
                Problems.Of(409, "conflict", "Somebody else was first", "It was changed while you wrote; read it again and repeat the request."),
            OperationCanceledException when httpContext.RequestAborted.IsCancellationRequested => Results.StatusCode(499),
            _ => null,
        };

        if (result is null)
        {
            logger.LogError(exception, "{Method} {Path} failed", httpContext.Request.Method, httpContext.Request.Path);
            result = Problems.Of(500, "fault", "Something failed here", "The fault is ours and is logged; nothing was changed. Try again later.");
        }

        await result.ExecuteAsync(httpContext);
        return true;
    }
}
