using Domain.People;

namespace Api.Operating;

public sealed record KeptToken(string Id, string Prefix, DateTimeOffset? ExpiresAt);

public sealed record KeptPerson(string Analyst, string Name, ForecasterKind Kind, IReadOnlyList<Role> Roles, IReadOnlyList<KeptToken> Tokens);

/// <summary>A token in full, which is shown this once.</summary>
public sealed record NewToken(string Analyst, string TokenId, string Token);

/// <summary>Keeps people and their tokens: through a running service, or on the database where an operator has to do without one.</summary>
public interface IPeopleKeeper
{
    Task<NewToken> AddAsync(string analyst, string name, ForecasterKind kind, IReadOnlyList<Role> roles, CancellationToken token);

    IAsyncEnumerable<KeptPerson> ListAsync(CancellationToken token);

    Task<KeptPerson> FindAsync(string analyst, CancellationToken token);

    /// <param name="analyst">Whose token it is.</param>
    /// <param name="expiresAt">When it ends to be let in; null for never.</param>
    /// <param name="token">Ends the call.</param>
    Task<NewToken> IssueAsync(string analyst, DateTimeOffset? expiresAt, CancellationToken token);

    /// <summary>Revokes a token; from then on no node lets it in.</summary>
    Task RevokeAsync(string analyst, string tokenId, CancellationToken token);
}
