using System.Runtime.CompilerServices;
using Api.Endpoints;
using Microsoft.AspNetCore.Http.Metadata;

namespace Api.ContentNegotiation;

/// <summary>
/// Refuses to read a thing in a form that there is none of, such as a picture of what is never drawn: a 406 that names the forms there are, whatever
/// the endpoint. Who names no form in <c>Accept</c>, or all of them, gets the first.
/// </summary>
public static class AcceptedForms
{
    // Gathered once for each endpoint: reads are many, and their endpoints do not change.
    private static readonly ConditionalWeakTable<Endpoint, Forms> Known = [];

    public static IApplicationBuilder UseAcceptedForms(this IApplicationBuilder app) =>
        app.Use(
            async (http, next) =>
            {
                if (IsRefused(http) is { } forms)
                {
                    var hasPage = http.RequestServices.GetRequiredService<HtmlForms>().Of(http.GetEndpoint()) is not null;
                    await MediaTypes.NotAcceptable(hasPage ? [.. forms, HtmlForms.Html] : forms).ExecuteAsync(http);
                }
                else
                    await next(http);
            }
        );

    private static string[]? IsRefused(HttpContext http)
    {
        var request = http.Request;
        if (!(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) || request.Headers.Accept.Count == 0)
            return null;
        if (http.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<KnownQuery>() is null)
            return null;
        var (forms, understood) = Known.GetValue(endpoint, FormsOf);
        return forms.Length == 0 || MediaTypes.Choose(request, understood) is not null ? null : forms;
    }

    private static Forms FormsOf(Endpoint endpoint)
    {
        var forms = endpoint
            .Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>()
            .Where(p => p.StatusCode is >= 200 and < 300)
            .SelectMany(p => p.ContentTypes)
            .Concat(endpoint.Metadata.GetMetadata<AlternateMediaTypes>()?.MediaTypes ?? [])
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        // Who asks an export for JSON gets it a line each.
        return new Forms(forms, forms.Contains("application/x-ndjson") ? [.. forms, MediaTypes.Json, "application/ndjson"] : forms);
    }

    /// <param name="Answered">The media types in which an endpoint answers.</param>
    /// <param name="Understood">The media types that a request may name: these, and other names for them.</param>
    private sealed record Forms(string[] Answered, string[] Understood);
}
