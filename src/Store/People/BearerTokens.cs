using System.Security.Cryptography;
using System.Text;
using Domain.People;

namespace Store.People;

/// <summary>Bearer tokens: 256 random bits behind a visible prefix; only a SHA-256 of them is kept.</summary>
public static class BearerTokens
{
    /// <summary>A length that no token of this service or of an identity provider reaches.</summary>
    public const int MaxLength = 8_192;

    /// <summary>A new token, and the event that records it.</summary>
    /// <param name="expiresAt">The instant from which it is refused; null for never.</param>
    /// <param name="scopes">The roles that it carries; null for all roles of its owner.</param>
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

    /// <summary>The digest that identifies a token.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
