using Domain;
using Domain.People;
using Marten;
using Npgsql;
using Store.Appending;
using Store.People;

namespace Cli;

/// <summary>
/// People as the database keeps them, changed without a service: the way back in for an operator who has lost every token. The decisions are the
/// service's own, and the events name the operating system's user who gave the command.
/// </summary>
public sealed class PeopleInStore(IDocumentStore store, NpgsqlDataSource database, TimeProvider clock) : IPeopleKeeper
{
    private static string Operator => $"operator:{Environment.UserName}";

    public async Task<NewToken> AddAsync(string analyst, string name, ForecasterKind kind, IReadOnlyList<Role> roles, CancellationToken token)
    {
        var decision = Accepted(AnalystDecisions.Register(new AnalystRegistered(analyst, name, kind, [.. roles.Distinct().Order()])));
        await using var session = store.LightweightSession();
        var key = StreamKeys.Analyst(analyst);
        if (await session.LoadAsync<Analyst>(key, token) is not null)
            throw new CommandException($"There is an analyst '{analyst}' already; choose another name.");
        var (text, issued) = BearerTokens.Issue(expiresAt: null);
        session.LastModifiedBy = Operator;
        session.Start<Analyst>(key, [.. decision.Events, issued], Now);
        await session.SaveChangesAsync(token);
        return new NewToken(analyst, issued.TokenId, text);
    }

    public async IAsyncEnumerable<KeptPerson> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        await using var session = store.QuerySession();
        await foreach (var analyst in session.Query<Analyst>().OrderBy(a => a.Slug).ToAsyncEnumerable(token))
            yield return Person(analyst);
    }

    public async Task<IReadOnlyList<KeptToken>> TokensAsync(string analyst, CancellationToken token)
    {
        await using var session = store.QuerySession();
        var tokens = (await LoadAsync(session, analyst, token)).Tokens;
        var used = await new TokenUses(database).OfAsync(tokens.Select(t => t.Id), token);
        return [.. tokens.Select(t => new KeptToken(t.Id, t.Prefix, t.Scopes, t.ExpiresAt, used.TryGetValue(t.Id, out var at) ? at : null))];
    }

    public async Task<NewToken> IssueAsync(string analyst, DateTimeOffset? expiresAt, IReadOnlyList<Role>? scopes, CancellationToken token)
    {
        var (text, issued) = BearerTokens.Issue(expiresAt, scopes);
        await ChangeAsync(analyst, found => AnalystDecisions.Issue(found, issued, Now), token);
        return new NewToken(analyst, issued.TokenId, text);
    }

    public Task RevokeAsync(string analyst, string tokenId, CancellationToken token) =>
        ChangeAsync(analyst, found => AnalystDecisions.Revoke(found, tokenId), token);

    private DateTimeOffset Now => clock.GetUtcNow().ToMicroseconds();

    private async Task ChangeAsync(string analyst, Func<Analyst, Decision> decide, CancellationToken token)
    {
        await using var session = store.LightweightSession();
        var found = await LoadAsync(session, analyst, token);
        session.LastModifiedBy = Operator;
        session.Append(found.Id, found.Version, Accepted(decide(found)).Events, Now);
        await session.SaveChangesAsync(token);
    }

    private static async Task<Analyst> LoadAsync(IQuerySession session, string analyst, CancellationToken token) =>
        await session.LoadAsync<Analyst>(StreamKeys.Analyst(analyst), token) ?? throw new CommandException($"There is no analyst '{analyst}'.");

    private static Decision Accepted(Decision decision) =>
        decision.IsRefused ? throw new CommandException(string.Join(Environment.NewLine, decision.Refusals.Select(r => r.Detail))) : decision;

    private static KeptPerson Person(Analyst a) => new(a.Slug, a.Name, a.Kind, a.Roles);
}
