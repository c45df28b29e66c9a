using Domain.Erasures;

namespace Domain.People;

/// <summary>Somebody became known here.</summary>
/// <param name="Analyst">The slug of the analyst, which is also the name under which the analyst forecasts. It never changes.</param>
/// <param name="Name">The name to show, 1 to 200 characters.</param>
/// <param name="Kind">Person, bot or document; nobody is registered as a reference or a consensus.</param>
/// <param name="Roles">The roles, possibly none.</param>
/// <param name="Subject">Who this is to the identity provider (issuer and subject); null for somebody who was registered here.</param>
public sealed record AnalystRegistered(string Analyst, string Name, ForecasterKind Kind, IReadOnlyList<Role> Roles, string? Subject = null);

/// <summary>An analyst was given other roles.</summary>
/// <param name="Roles">All roles that the analyst has from now on, possibly none.</param>
public sealed record RolesChanged(IReadOnlyList<Role> Roles);

/// <summary>A bearer token was given out; only its hash is kept.</summary>
/// <param name="TokenId">The id of the token, by which it is revoked.</param>
/// <param name="Prefix">The first characters, so that people can tell their tokens apart.</param>
/// <param name="Hash">SHA-256 of the token, in lower-case hexadecimal.</param>
/// <param name="ExpiresAt">The instant from which the token no longer works, UTC; null for one that does not expire.</param>
/// <param name="Scopes">The owner's roles that the token carries; null carries all of them, as they are at each use.</param>
public sealed record TokenIssued(string TokenId, string Prefix, string Hash, DateTimeOffset? ExpiresAt, IReadOnlyList<Role>? Scopes = null);

/// <summary>A token was revoked.</summary>
/// <param name="TokenId">The id of the token, which no longer works.</param>
public sealed record TokenRevoked(string TokenId);

/// <summary>A token that was issued and has not been revoked.</summary>
/// <param name="Id">The id of the token.</param>
/// <param name="Prefix">The first characters, by which people tell their tokens apart.</param>
/// <param name="Hash">SHA-256 of the token, in lower-case hexadecimal.</param>
/// <param name="ExpiresAt">The instant from which the token no longer works, UTC; null for one that does not expire.</param>
/// <param name="Scopes">The owner's roles that the token carries; null for all of them, as they are at each use.</param>
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

    /// <summary>The slug, which is also the name under which the analyst forecasts.</summary>
    public required string Slug { get; init; }

    /// <summary>The name to show.</summary>
    public required string Name { get; init; }

    /// <summary>Person, bot or document.</summary>
    public required ForecasterKind Kind { get; init; }

    /// <summary>The roles, possibly none.</summary>
    public IReadOnlyList<Role> Roles { get; init; } = [];

    /// <summary>The tokens that were issued and not revoked; some may have expired.</summary>
    public IReadOnlyList<Token> Tokens { get; init; } = [];

    /// <summary>Issuer and subject at the identity provider, where that is how the analyst comes in.</summary>
    public string? Subject { get; init; }

    /// <summary>When the person was erased, UTC; null for never. Nobody comes in as an erased person again.</summary>
    public DateTimeOffset? ErasedAt { get; init; }

    /// <summary>The stream's version: the number of its events.</summary>
    public long Version { get; init; }

    /// <summary>The state after one more event, given none or an earlier one; events of other kinds change nothing.</summary>
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
            PersonErased p when analyst is not null => analyst with { Name = ErasedText.Of(p.ErasedAt), Subject = null, ErasedAt = p.ErasedAt },
            _ => analyst,
        };
}
