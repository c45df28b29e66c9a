using Api.Problems;
using Microsoft.Net.Http.Headers;

namespace Api.ContentNegotiation;

/// <summary>Refuses bodies that say they are in another encoding than UTF-8: JSON has no other.</summary>
public static class Charsets
{
    public static IApplicationBuilder UseCharsets(this IApplicationBuilder app) =>
        app.Use(
            async (http, next) =>
            {
                if (
                    http.Request.ContentType is { } sent
                    && sent != MediaTypes.Json
                    && MediaTypeHeaderValue.TryParse(sent, out var type)
                    && type.Charset is { HasValue: true } charset
                    && !charset.Value!.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase)
                )
                {
                    await Problem.Of(415, "media-type", "Unsupported media type", "Send the body in UTF-8.").ExecuteAsync(http);
                    return;
                }

                await next(http);
            }
        );
}
