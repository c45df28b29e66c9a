using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Api.Endpoints;

/// <summary>Marks an endpoint whose body or answer has no bound: neither the limit on bodies nor that on a request's time holds for it.</summary>
public sealed record Streamed;

/// <summary>Endpoints that stream, and the limits that are lifted for them.</summary>
public static class Streaming
{
    // Whatever lies below these streams, whether its endpoint says so or not: history in and out, and what is live.
    private static readonly string[] StreamedPaths = ["/imports", "/exports", "/live", "/mcp"];

    /// <summary>Takes a body, or gives an answer, of any length and for any time.</summary>
    public static TBuilder Streams<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new Streamed());

    public static bool IsStreamed(this HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<Streamed>() is not null || Array.Exists(StreamedPaths, s => http.Request.Path.StartsWithSegments(s));

    /// <summary>Lifts the limits for what streams.</summary>
    public static IApplicationBuilder UseStreaming(this IApplicationBuilder app) =>
        app.Use(
            (http, next) =>
            {
                if (http.IsStreamed())
                {
                    http.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
                    if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
                        limit.MaxRequestBodySize = null;
                }

                return next(http);
            }
        );
}
