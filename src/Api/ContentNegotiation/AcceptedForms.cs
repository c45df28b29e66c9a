using Api.Endpoints;
using Microsoft.AspNetCore.Http.Metadata;

namespace Api.ContentNegotiation;

/// <summary>
/// Refuses to read a thing in a form that there is none of, such as a picture of what is never drawn: a 406 that names the forms there are, whatever the endpoint.
/// Who names no form in <c>Accept</c>, or all of them, gets the first.
/// </summary>
public static class AcceptedForms
{
    public static IApplicationBuilder UseAcceptedForms(this IApplicationBuilder app) =>
        app.Use(
            async (http, next) =>
            {
                if (IsRefused(http) is { } forms)
                    await MediaTypes.NotAcceptable(forms).ExecuteAsync(http);
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
        var forms = endpoint
            .Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>()
            .Where(p => p.StatusCode is >= 200 and < 300)
            .SelectMany(p => p.ContentTypes)
            .Concat(endpoint.Metadata.GetMetadata<AlternateMediaTypes>()?.MediaTypes ?? [])
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        if (forms.Length == 0)
            return null;
        // Who asks an export for JSON gets it a line each.
        string[] understood = forms.Contains("application/x-ndjson") ? [.. forms, MediaTypes.Json, "application/ndjson"] : forms;
        return MediaTypes.Choose(request, understood) is null ? forms : null;
    }
}
