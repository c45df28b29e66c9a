using Api.Authorization;
using Api.Endpoints;
using Api.Problems;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace Api.Pipeline;

/// <summary>Refuses what is sent in a body to a request that takes none: a field that is silently ignored was meant for something.</summary>
public static class NoBody
{
    public static IApplicationBuilder UseNoBody(this IApplicationBuilder app) =>
        app.Use(
            async (http, next) =>
            {
                if (TakesNone(http) && await SaysSomethingAsync(http))
                    await Problem.Invalid("body", "This request takes no body; leave it out.").ExecuteAsync(http);
                else
                    await next(http);
            }
        );

    private static bool TakesNone(HttpContext http) =>
        http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
        && !HttpMethods.IsGet(http.Request.Method)
        && !http.IsStreamed()
        && http.GetEndpoint() is { } endpoint
        && endpoint.NamesPolicy()
        && endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is null;

    /// <summary>Whether the body is more than an object without fields, which clients send where they mean nothing by it.</summary>
    private static async Task<bool> SaysSomethingAsync(HttpContext http)
    {
        var beginning = new byte[256];
        var length = await http.Request.Body.ReadAtLeastAsync(beginning, beginning.Length, throwOnEndOfStream: false, http.RequestAborted);
        return System.Text.Encoding.UTF8.GetString(beginning, 0, length).Trim() is not ("" or "{}");
    }
}
