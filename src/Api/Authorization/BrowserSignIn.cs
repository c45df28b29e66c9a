using System.Net.Http.Headers;
using System.Text;
using Store.People;

namespace Api.Authorization;

/// <summary>Marks an endpoint that takes a token as the password of HTTP Basic too (<see cref="BrowserSignIns"/>).</summary>
public sealed record BrowserSignIn;

/// <summary>
/// Pages for a browser, which can ask for a name and a password and cannot be told a bearer token. Only reads may be marked so: a browser sends a
/// password along with requests that other sites bring about, and a write would then be done for them.
/// </summary>
public static class BrowserSignIns
{
    /// <summary>How a browser is asked.</summary>
    public const string Challenge = "Basic realm=\"forecasts\", charset=\"UTF-8\"";

    public static TBuilder TakesBrowserSignIn<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new BrowserSignIn());

    /// <summary>Whether the endpoint of a request is marked so.</summary>
    public static bool AreTaken(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<BrowserSignIn>() is not null;

    /// <summary>The token that came as a password, under any name; null where none did, or where it may not.</summary>
    public static string? Sent(HttpContext http)
    {
        if (!AreTaken(http) || !AuthenticationHeaderValue.TryParse(http.Request.Headers.Authorization, out var header))
            return null;
        if (!"Basic".Equals(header.Scheme, StringComparison.OrdinalIgnoreCase) || header.Parameter is not { Length: <= BearerTokens.MaxLength } parameter)
            return null;
        var bytes = new byte[parameter.Length];
        if (!Convert.TryFromBase64String(parameter, bytes, out var length))
            return null;
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        return pair.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? pair[(colon + 1)..] : null;
    }
}
