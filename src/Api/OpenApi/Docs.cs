using System.Text.Json.Nodes;
using Api.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Api.OpenApi;

/// <summary>The page at <c>/docs</c>, which renders the API's description.</summary>
public static class Docs
{
    private const string Style = """
        body { font: 16px/1.5 system-ui, sans-serif; margin: 0; color: #1b1b1b; background: #fff; }
        main { max-width: 72rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
        nav { position: sticky; top: 0; background: #fff; padding: .5rem 0; border-bottom: 1px solid #ccc; }
        section { border-bottom: 1px solid #e5e5e5; padding-bottom: 1rem; }
        h2, h3 { scroll-margin-top: 4rem; }
        table { border-collapse: collapse; width: 100%; font-size: .875rem; }
        th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-top: 1px solid #eee; overflow-wrap: anywhere; }
        code, pre { font-family: ui-monospace, monospace; font-size: .875em; background: #f4f4f4; }
        pre { padding: .5rem; overflow-x: auto; }
        @media (prefers-color-scheme: dark) {
            body, nav { background: #161616; color: #eee; } code, pre { background: #262626; } a { color: #8ab4f8; }
            th, td, section, nav { border-color: #333; }
        }
        """;

    public static void MapDocs(this IEndpointRouteBuilder routes)
    {
        string? page = null;
        routes
            .MapGet(
                "/docs",
                async ([FromKeyedServices("v1")] IOpenApiDocumentProvider descriptions, CancellationToken token) =>
                {
                    page ??= DocsPage.Render(await ReadAsync(descriptions, token));
                    return Results.Content(page, "text/html; charset=utf-8");
                }
            )
            .RequireAuthorization(Policies.Read)
            .TakesBrowserSignIn()
            .ExcludeFromDescription();
        routes
            .MapGet("/docs/style.css", () => Results.Content(Style, "text/css; charset=utf-8"))
            .RequireAuthorization(Policies.Read)
            .TakesBrowserSignIn()
            .ExcludeFromDescription();
    }

    private static async Task<JsonNode> ReadAsync(IOpenApiDocumentProvider descriptions, CancellationToken token)
    {
        var description = await descriptions.GetOpenApiDocumentAsync(token);
        return JsonNode.Parse(await description.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, token))!;
    }
}
