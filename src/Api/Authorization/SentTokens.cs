namespace Api.Authorization;

/// <summary>Reads the bearer token of a request.</summary>
public static class SentTokens
{
    /// <summary>The token that came with a request; null where none did.</summary>
    public static string? Of(HttpRequest request)
    {
        const string scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? header[scheme.Length..].Trim() : null;
    }
}
