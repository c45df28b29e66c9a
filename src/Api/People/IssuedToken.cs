using Domain.People;

namespace Api.People;

/// <summary>A token in full; it is shown this once.</summary>
/// <example>{"analyst":"ana","tokenId":"0f3c5a7e9b1d2c4f","token":"fc_1a2b3c4…","prefix":"fc_1a2b3c4"}</example>
/// <param name="Analyst">Whose token it is.</param>
/// <param name="TokenId">What the token is revoked by; it is not secret.</param>
/// <param name="Token">What is sent as <c>Authorization: Bearer …</c>.</param>
/// <param name="Prefix">The first characters of the token, by which lists show it.</param>
/// <param name="Scopes">The owner's roles that it carries; null for all of them.</param>
/// <param name="ExpiresAt">The instant from which it is refused; null for never.</param>
public sealed record IssuedToken(string Analyst, string TokenId, string Token, string Prefix, IReadOnlyList<Role>? Scopes, DateTimeOffset? ExpiresAt)
{
    public static IssuedToken Of(string analyst, string token, TokenIssued issued) =>
        new(analyst, issued.TokenId, token, issued.Prefix, issued.Scopes, issued.ExpiresAt);
}
