using Api.Authorization;
using Api.Endpoints;

namespace Api.Pipeline;

/// <summary>Headers that keep a browser from making more of an answer than it is.</summary>
public static class SecurityHeaders
{
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) =>
        app.Use(
            (http, next) =>
            {
                http.Response.OnStarting(() =>
                {
                    var headers = http.Response.Headers;
                    headers.XContentTypeOptions = "nosniff";
                    headers.XFrameOptions = "DENY";
                    headers["Referrer-Policy"] = "no-referrer";
                    // Pages bring scripts and styles of their own; what is not a page brings nothing.
                    if (http.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) != true)
                    {
                        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
                    }

                    if (http.ShowsSecret())
                        headers.CacheControl = "no-store";
                    else if (headers.CacheControl.Count == 0 && http.GetEndpoint()?.NamesPolicy() == true)
                        headers.CacheControl = "private, no-cache";
                    return Task.CompletedTask;
                });
                return next(http);
            }
        );
}
