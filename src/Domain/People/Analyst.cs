namespace Domain.People;

/// <param name="Subject">Who this is to the identity provider that let them in (issuer and subject); null for who was registered here.</param>
public sealed record AnalystRegistered(string Analyst, string Name, ForecasterKind Kind, IReadOnlyList<Role> Roles, string? Subject = null);

public sealed record RolesChanged(IReadOnlyList<Role> Roles);

/// <summary>A bearer token was given out; only its hash is kept.</summary>
/// <param name="Prefix">The first characters, so that people can tell their tokens apart.</param>
/// <param name="Hash">SHA-256 of the token, in lower-case hexadecimal.</param>
/// <param name="Scopes">The owner's roles that the token carries; null carries all of them, as they are at each use.</param>
public sealed record TokenIssued(string TokenId, string Prefix, string Hash, DateTimeOffset? ExpiresAt, IReadOnlyList<Role>? Scopes = null);

public sealed record TokenRevoked(string TokenId);

/// <summary>A token that was given out and not revoked.</summary>
public sealed record Token(string Id, string Prefix, string Hash, DateTimeOffset? ExpiresAt, IReadOnlyList<Role>? Scopes = null)
{
    /// <summary>What may be done with this token by an owner of these roles: a role that the owner has lost is gone from the token too.</summary>
    public IReadOnlyList<Role> Rights(IReadOnlyList<Role> owners) => Scopes is null ? owners : [.. owners.Where(Scopes.Contains)];
}

/// <summary>Who forecasts, asks, resolves or looks: folded from the analyst's stream.</summary>
public sealed record Analyst
{
    /// <summary>The stream's key.</summary>
    public required string Id { get; init; }

    public required string Slug { get; init; }

    public required string Name { get; init; }

    public required ForecasterKind Kind { get; init; }

    public IReadOnlyList<Role> Roles { get; init; } = [];

    public IReadOnlyList<Token> Tokens { get; init; } = [];

    /// <summary>Issuer and subject at the identity provider, where that is how the analyst comes in.</summary>
    public string? Subject { get; init; }

    public long Version { get; init; }

    public static Analyst? After(Analyst? analyst, string id, object e) =>
        e switch
        {
            AnalystRegistered r => new Analyst
            {
                Id = id,
                Slug = r.Analyst,
                Name = r.Name,
                Kind = r.Kind,
                Roles = r.Roles,
                Subject = r.Subject,
            },
            RolesChanged r when analyst is not null => analyst with { Roles = r.Roles },
            TokenIssued t when analyst is not null => analyst with
            {
                Tokens = [.. analyst.Tokens, new Token(t.TokenId, t.Prefix, t.Hash, t.ExpiresAt, t.Scopes)],
            },
            TokenRevoked t when analyst is not null => analyst with { Tokens = [.. analyst.Tokens.Where(x => x.Id != t.TokenId)] },
            _ => analyst,
        };
}
