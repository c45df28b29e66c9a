using Api.Authorization;
using Api.Pages.Frame;
using Api.Pages.Texts;
using Api.Pipeline;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Pages.Reading;

/// <summary>A reader's request for a page.</summary>
/// <param name="Http">The request.</param>
/// <param name="Texts">The words of the reader's language.</param>
/// <param name="Api">Where the page reads what it shows.</param>
public sealed record PageRequest(HttpContext Http, PageTexts Texts, ApiReader Api)
{
    /// <summary>The name of who reads; null for nobody by name.</summary>
    public string? Me => Http.CallerIfAny()?.Slug;

    /// <summary>The roles of who reads.</summary>
    public IReadOnlyList<Domain.People.Role> Roles => Http.CallerIfAny()?.Roles ?? [];

    /// <summary>The part of the address that a route names.</summary>
    public string Value(string name) => (string)Http.Request.RouteValues[name]!;

    /// <summary>A parameter of the query; null where it is absent.</summary>
    public string? Query(string name) => Http.Request.Query[name] is [{ Length: > 0 } value] ? value : null;

    /// <summary>The instant of which the page is, by the world's clock; null for now, and for what cannot be read.</summary>
    public DateTimeOffset? AsOf => Query("asOf") is { } text ? Domain.Instants.Parse(text) : null;

    /// <summary>The instant up to which what this service had recorded counts; null for now.</summary>
    public DateTimeOffset? KnownAt => Query("knownAt") is { } text ? Domain.Instants.Parse(text) : null;

    /// <summary>When the page was asked for.</summary>
    public DateTimeOffset AskedAt { get; } = Http.Now();

    /// <summary>Both times of the address, for a route that takes them.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Times => [new("asOf", Query("asOf")), new("knownAt", Query("knownAt"))];

    /// <summary>The route's own values, for another route of the same thing.</summary>
    public IReadOnlyDictionary<string, string> Values =>
        Http.Request.RouteValues.Where(v => v.Value is string).ToDictionary(v => v.Key, v => (string)v.Value!, StringComparer.Ordinal);

    /// <summary>Reads from the API.</summary>
    public Task<T> GetAsync<T>(string route, IReadOnlyDictionary<string, string>? values = null, IEnumerable<KeyValuePair<string, string?>>? query = null) =>
        Api.GetAsync<T>(Http, route, values, query);

    /// <summary>Reads from the API what may not be there.</summary>
    public Task<T?> FindAsync<T>(string route, IReadOnlyDictionary<string, string>? values = null, IEnumerable<KeyValuePair<string, string?>>? query = null)
        where T : class => Api.FindAsync<T>(Http, route, values, query);

    /// <summary>Reads from the API what is no JSON and may not be there.</summary>
    public Task<string?> FindTextAsync(string route) => Api.FindTextAsync(Http, route);

    /// <summary>The frame of a page.</summary>
    public PageFrame Frame(string title, Place place) => new(this, title, place);

    /// <summary>Answers with a view.</summary>
    public IResult Show<TView>(PageFrame frame, object model, int status = StatusCodes.Status200OK)
        where TView : IComponent
    {
        var headers = Http.Response.Headers;
        headers.ContentSecurityPolicy = PageFrame.Policy;
        headers.CacheControl = "private, no-cache";
        headers.Vary = "Accept, Accept-Language, Cookie";
        headers.ContentLanguage = Texts.Language;
        return new RazorComponentResult<TView>(new Dictionary<string, object?> { ["Frame"] = frame, ["Model"] = model })
        {
            StatusCode = status,
            PreventStreamingRendering = true,
        };
    }
}
