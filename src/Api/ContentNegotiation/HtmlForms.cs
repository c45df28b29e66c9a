namespace Api.ContentNegotiation;

/// <summary>
/// The pages that things have at their addresses beside JSON, by the route of the thing. A page is answered where the thing's own endpoint would be: under its
/// rights, with its parameters, after its limits.
/// </summary>
public sealed class HtmlForms
{
    public const string Html = "text/html";

    private readonly Dictionary<string, RequestDelegate> _pages = new(StringComparer.Ordinal);

    /// <summary>Gives what a route answers a page too.</summary>
    /// <param name="route">The route as its endpoint was mapped.</param>
    /// <param name="page">Answers with the page.</param>
    public void Add(string route, RequestDelegate page) => _pages.Add(route, page);

    /// <summary>Whether what a route answers has a page.</summary>
    public bool AreOf(string route) => _pages.ContainsKey(route);

    /// <summary>The page of what an endpoint answers; null where it has none.</summary>
    public RequestDelegate? Of(Endpoint? endpoint) =>
        endpoint is RouteEndpoint { RoutePattern.RawText: { } route }
        && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") == true
            ? _pages.GetValueOrDefault(route)
            : null;

    /// <summary>Whether a reader would rather have a page than JSON: it names <c>text/html</c>, as browsers do, and likes it better.</summary>
    public static bool ArePreferredBy(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && request.Headers.Accept.Count > 0
        && MediaTypes.Choose(request, MediaTypes.Json, Html) == Html;
}

/// <summary>Answers browsers with pages.</summary>
public static class HtmlFormsAtTheirAddresses
{
    /// <summary>Stands behind rights and parameters, which are those of the thing whatever its form.</summary>
    public static IApplicationBuilder UseHtmlForms(this IApplicationBuilder app) =>
        app.Use(
            (http, next) =>
                http.RequestServices.GetRequiredService<HtmlForms>().Of(http.GetEndpoint()) is { } page && HtmlForms.ArePreferredBy(http.Request)
                    ? page(http)
                    : next(http)
        );
}
