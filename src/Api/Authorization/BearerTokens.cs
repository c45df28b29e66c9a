using System.Security.Cryptography;
using System.Text;
using Domain.People;

namespace Api.Authorization;

/// <summary>Bearer tokens: 256 random bits behind a visible prefix; only a SHA-256 of them is kept.</summary>
public static class BearerTokens
{
    /// <summary>Longer than any token that this service or an identity provider gives out.</summary>
    public const int MaxLength = 8_192;

    public static (string Token, TokenIssued Event) Issue(DateTimeOffset? expiresAt, IReadOnlyList<Role>? scopes = null)
    {
        var token = "fc_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var issued = new TokenIssued(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
            token[..10],
            Hash(token),
            expiresAt,
            scopes is null ? null : [.. scopes.Distinct().Order()]
        );
        return (token, issued);
    }

    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>The token that came with a request; null where none did.</summary>
    public static string? Sent(HttpRequest request)
    {
        const string scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? header[scheme.Length..].Trim() : null;
    }
}
