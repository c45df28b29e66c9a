using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Api.Endpoints;

/// <summary>Marks an endpoint whose body or answer has no bound: the limit on a request's time does not hold for it.</summary>
/// <param name="AnyBody">Whether the limit on bodies does not hold either.</param>
public sealed record Streamed(bool AnyBody);

/// <summary>Endpoints that stream, and the limits that are lifted for them.</summary>
public static class Streaming
{
    // Whatever lies below these streams, whether its endpoint says so or not: history in and out, and what is live.
    private static readonly string[] StreamedPaths = ["/imports", "/exports", "/live", "/mcp"];

    /// <summary>Takes a body of any length, or gives an answer of any length, for any time.</summary>
    public static TBuilder Streams<TBuilder>(this TBuilder builder, bool anyBody = true)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new Streamed(anyBody));

    /// <summary>Whether the request's body may be of any length, as far as the server goes; its endpoint has limits of its own.</summary>
    public static bool TakesAnyBody(this HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<Streamed>() is { AnyBody: true };

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
                    if (http.TakesAnyBody() && http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
                        limit.MaxRequestBodySize = null;
                }

                return next(http);
            }
        );
}
