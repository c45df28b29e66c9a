using Domain.People;

namespace Api.People;

/// <summary>A token, without what lets anybody in.</summary>
/// <example>{"id":"0f3c5a7e9b1d2c4f","prefix":"fc_1a2b3c4","scopes":["analyst"],"lastUsedAt":"2026-03-01T12:00:00Z"}</example>
/// <param name="Id">What the token is revoked by; it is not secret.</param>
/// <param name="Prefix">The first characters of the token.</param>
/// <param name="Scopes">The owner's roles that it carries; null for all of them.</param>
/// <param name="ExpiresAt">The instant from which it is refused; null for never.</param>
/// <param name="LastUsedAt">The last use, known to the minute; absent where there was none.</param>
public sealed record TokenAnswer(string Id, string Prefix, IReadOnlyList<Role>? Scopes, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt)
{
    public static TokenAnswer Of(Token t, DateTimeOffset? lastUsedAt = null) => new(t.Id, t.Prefix, t.Scopes, t.ExpiresAt, lastUsedAt);
}

/// <summary>An analyst.</summary>
/// <example>{"analyst":"ana","name":"Ana Lyst","kind":"person","roles":["analyst"],"tokens":[{"id":"0f3c5a7e9b1d2c4f","prefix":"fc_1a2b3c4"}],
/// "version":2}</example>
/// <param name="Analyst">The name by which the analyst is addressed.</param>
/// <param name="Name">What the analyst is called.</param>
/// <param name="Kind">Who forecasts: a person, a bot, a document, a reference or a consensus.</param>
/// <param name="Roles">What the analyst may do.</param>
/// <param name="Version">The version, which <c>If-Match</c> names.</param>
/// <param name="Tokens">Shown to the analyst and to administrators only.</param>
public sealed record AnalystAnswer(
    string Analyst,
    string Name,
    ForecasterKind Kind,
    IReadOnlyList<Role> Roles,
    IReadOnlyList<TokenAnswer>? Tokens,
    long Version
)
{
    public static AnalystAnswer Of(Analyst a, Analyst? reader)
    {
        var shows = reader is not null && (reader.Slug == a.Slug || reader.Roles.Contains(Role.Admin));
        return new(a.Slug, a.Name, a.Kind, a.Roles, shows ? [.. a.Tokens.Select(t => TokenAnswer.Of(t))] : null, a.Version);
    }
}
