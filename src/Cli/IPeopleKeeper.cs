using Domain.People;

namespace Cli;

/// <summary>A token, without what lets anybody in.</summary>
/// <param name="Id">What it is revoked by.</param>
/// <param name="Prefix">Its first characters.</param>
/// <param name="ExpiresAt">The instant from which it is refused; null for never.</param>
/// <param name="Scopes">The roles that it carries; null for all of its owner's.</param>
/// <param name="LastUsedAt">The last use, known to the minute; null where there was none.</param>
public sealed record KeptToken(string Id, string Prefix, IReadOnlyList<Role>? Scopes, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt);

/// <summary>Somebody who is let in.</summary>
/// <param name="Analyst">The name by which the analyst is addressed.</param>
/// <param name="Name">What the analyst is called.</param>
/// <param name="Kind">What the forecaster is.</param>
/// <param name="Roles">What the analyst may do.</param>
public sealed record KeptPerson(string Analyst, string Name, ForecasterKind Kind, IReadOnlyList<Role> Roles);

/// <summary>A token in full, which is shown this once.</summary>
public sealed record NewToken(string Analyst, string TokenId, string Token);

/// <summary>Keeps people and their tokens: through a running service, or on the database where an operator has to do without one.</summary>
public interface IPeopleKeeper
{
    Task<NewToken> AddAsync(string analyst, string name, ForecasterKind kind, IReadOnlyList<Role> roles, CancellationToken token);

    IAsyncEnumerable<KeptPerson> ListAsync(CancellationToken token);

    Task<IReadOnlyList<KeptToken>> TokensAsync(string analyst, CancellationToken token);

    /// <param name="analyst">Whose token it is.</param>
    /// <param name="expiresAt">When it ceases to be let in; null for never.</param>
    /// <param name="scopes">The roles that it carries; null for all of its owner's.</param>
    /// <param name="token">Ends the call.</param>
    Task<NewToken> IssueAsync(string analyst, DateTimeOffset? expiresAt, IReadOnlyList<Role>? scopes, CancellationToken token);

    /// <summary>Revokes a token; from then on no node lets it in.</summary>
    Task RevokeAsync(string analyst, string tokenId, CancellationToken token);
}
