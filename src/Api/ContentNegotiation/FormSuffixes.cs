using System.Runtime.CompilerServices;
using Api.Problems;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace Api.ContentNegotiation;

/// <summary>
/// The forms of a thing at addresses of their own: <c>.json</c>, <c>.csv</c>, <c>.ndjson</c>, <c>.svg</c> and <c>.png</c> after an address ask for
/// that form where it exists, as <c>Accept</c> does. What an endpoint has follows from what it is marked with, and where it has several, <c>Vary:
/// Accept</c> tells caches.
/// </summary>
public static class FormSuffixes
{
    private static readonly (string Suffix, string MediaType)[] All =
    [
        (".json", MediaTypes.Json),
        (".csv", "text/csv"),
        (".ndjson", "application/x-ndjson"),
        (".svg", MediaTypes.Svg),
        (".png", MediaTypes.Png),
    ];

    // What lies there is no thing of the contract, and has its form in its name.
    private static readonly string[] Left = ["/openapi", "/docs", "/health", "/metrics", "/mcp"];

    private static readonly object Key = new();

    // Gathered once for each endpoint: reads are many, and their endpoints do not change.
    private static readonly ConditionalWeakTable<Endpoint, string[]> Known = [];

    /// <summary>Stands before routing: takes the suffix off the address, and asks for its form.</summary>
    public static IApplicationBuilder UseFormSuffixes(this IApplicationBuilder app) =>
        app.Use(
            (http, next) =>
            {
                var path = http.Request.Path.Value ?? "";
                // A request from within has chosen its endpoint already, and means its path to the letter.
                if (
                    !HttpMethods.IsGet(http.Request.Method)
                    || http.GetEndpoint() is not null
                    || Array.Exists(Left, l => http.Request.Path.StartsWithSegments(l))
                )
                    return next(http);
                foreach (var form in All)
                {
                    if (!path.EndsWith(form.Suffix, StringComparison.Ordinal) || path.Length == form.Suffix.Length || path[^(form.Suffix.Length + 1)] == '/')
                        continue;
                    http.Items[Key] = form;
                    http.Request.Path = new PathString(path[..^form.Suffix.Length]);
                    http.Request.Headers.Accept = form.MediaType;
                    break;
                }

                return next(http);
            }
        );

    /// <summary>Stands behind routing: refuses a form that the endpoint does not have, and says that the answer varies where it has several.</summary>
    public static IApplicationBuilder UseForms(this IApplicationBuilder app) =>
        app.Use(
            async (http, next) =>
            {
                var forms = http.GetEndpoint() is { } endpoint ? Of(endpoint) : [];
                if (http.Items[Key] is (string suffix, string type) && forms.Count > 0 && !forms.Contains(type))
                {
                    var there = string.Join(", ", All.Where(f => forms.Contains(f.MediaType)).Select(f => f.Suffix));
                    await Problem.NotFound($"'{http.Request.Path}' has no form {suffix}{(there.Length > 0 ? $"; it has {there}" : "")}.").ExecuteAsync(http);
                    return;
                }

                if (forms.Count > 1 || http.RequestServices.GetRequiredService<HtmlForms>().Of(http.GetEndpoint()) is not null)
                {
                    http.Response.OnStarting(() =>
                    {
                        var vary = http.Response.Headers.GetCommaSeparatedValues(HeaderNames.Vary);
                        if (!vary.Contains("Accept", StringComparer.OrdinalIgnoreCase))
                            http.Response.Headers.Vary = string.Join(", ", vary.Prepend("Accept"));
                        return Task.CompletedTask;
                    });
                }

                await next(http);
            }
        );

    /// <summary>The media types in which an endpoint answers; none where it says nothing of them.</summary>
    public static IReadOnlyCollection<string> Of(Endpoint endpoint) => Known.GetValue(endpoint, Gather);

    private static string[] Gather(Endpoint endpoint) =>
        [
            .. endpoint
                .Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>()
                .Where(p => p.StatusCode == StatusCodes.Status200OK)
                .SelectMany(p => p.ContentTypes)
                .Concat(endpoint.Metadata.GetOrderedMetadata<AlternateMediaTypes>().SelectMany(f => f.MediaTypes))
                .Distinct(StringComparer.Ordinal),
        ];
}
