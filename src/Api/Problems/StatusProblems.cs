using Domain;
using Microsoft.AspNetCore.Diagnostics;

namespace Api.Problems;

/// <summary>Says as a problem document what the framework refused with a bare status.</summary>
public static class StatusProblems
{
    public static Task Explain(StatusCodeContext context) => Of(context.HttpContext.Response.StatusCode, context.HttpContext).ExecuteAsync(context.HttpContext);

    /// <summary>The problem document of a status.</summary>
    public static IResult Of(int status, HttpContext http)
    {
        var (type, title, detail) = status switch
        {
            404 => ("not-found", "Not found", $"Nothing answers at {http.Request.Path}; /docs lists what does."),
            405 => ("method", "Method not allowed", $"{http.Request.Path} does not answer {http.Request.Method}{Allowed(http)}."),
            406 => ("not-acceptable", "Not acceptable", "The answer has none of the types that Accept names; /docs lists those that it has."),
            408 => ("too-slow", "Request timeout", "Send the whole of it at once."),
            413 => ("too-large", "Content too large", "A body has at most 1 MiB; shorten it or send it in parts."),
            415 => (
                "media-type",
                "Unsupported media type",
                "Send the body as application/json"
                    + (http.Request.ContentType is { Length: > 0 } sent ? $", not as {sent.Shortened(60)}." : "; Content-Type says nothing.")
            ),
            _ => ("refused", "Request refused", "See /docs for what this request takes."),
        };
        return Problem.Of(status, type, title, detail);
    }

    private static string Allowed(HttpContext http) => http.Response.Headers.Allow is { Count: > 0 } allowed ? $"; it answers {allowed}" : "";
}
