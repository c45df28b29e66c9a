namespace Domain.People;

public sealed record AnalystRegistered(string Analyst, string Name, ForecasterKind Kind, IReadOnlyList<Role> Roles);

public sealed record RolesChanged(IReadOnlyList<Role> Roles);

/// <summary>A bearer token was given out; only its hash is kept.</summary>
/// <param name="Prefix">The first characters, so that people can tell their tokens apart.</param>
/// <param name="Hash">SHA-256 of the token, in lower-case hexadecimal.</param>
public sealed record TokenIssued(string TokenId, string Prefix, string Hash, DateTimeOffset? ExpiresAt);

public sealed record TokenRevoked(string TokenId);

/// <summary>A token that was given out and not revoked.</summary>
public sealed record Token(string Id, string Prefix, string Hash, DateTimeOffset? ExpiresAt);

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

    public long Version { get; init; }

    public static Analyst? After(Analyst? analyst, string id, object e) => e switch
    {
        AnalystRegistered r => new Analyst { Id = id, Slug = r.Analyst, Name = r.Name, Kind = r.Kind, Roles = r.Roles },
        RolesChanged r when analyst is not null => analyst with { Roles = r.Roles },
        TokenIssued t when analyst is not null => analyst with { Tokens = [.. analyst.Tokens, new Token(t.TokenId, t.Prefix, t.Hash, t.ExpiresAt)] },
        TokenRevoked t when analyst is not null => analyst with { Tokens = [.. analyst.Tokens.Where(x => x.Id != t.TokenId)] },
        _ => analyst,
    };
}
