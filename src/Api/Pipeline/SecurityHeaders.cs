using Api.Authorization;
using Api.Endpoints;

namespace Api.Pipeline;

/// <summary>Headers that keep a browser from making more of an answer than it is.</summary>
public static class SecurityHeaders
{
    // The description of the API loads its style sheet, and nothing else: no script, no picture, nothing from another host. Other pages say what they load.
    private const string OfPages = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    // What is not a page loads nothing.
    private const string OfTheRest = "default-src 'none'; frame-ancestors 'none'";

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
                    if (headers.ContentSecurityPolicy.Count == 0)
                        headers.ContentSecurityPolicy =
                            http.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true ? OfPages : OfTheRest;
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
