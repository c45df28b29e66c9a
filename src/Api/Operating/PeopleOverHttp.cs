using System.Text.Json;
using Api.Http;
using Domain.People;

namespace Api.Operating;

/// <summary>People as a running service keeps them.</summary>
public sealed class PeopleOverHttp(ServiceClient service) : IPeopleKeeper
{
    public async Task<NewToken> AddAsync(string analyst, string name, ForecasterKind kind, IReadOnlyList<Role> roles, CancellationToken token) =>
        Issued(await service.AskAsync(
            HttpMethod.Post, "/analysts", new { analyst, name, kind = Parameters.Spelling(kind), roles = roles.Select(Parameters.Spelling) }, token));

    public async IAsyncEnumerable<KeptPerson> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        await foreach (var person in service.ItemsAsync("/analysts", token)) yield return Person(person);
    }

    public async Task<KeptPerson> FindAsync(string analyst, CancellationToken token) =>
        Person(await service.AskAsync(HttpMethod.Get, $"/analysts/{Uri.EscapeDataString(analyst)}", null, token));

    public async Task<NewToken> IssueAsync(string analyst, DateTimeOffset? expiresAt, CancellationToken token) =>
        Issued(await service.AskAsync(
            HttpMethod.Post, $"/analysts/{Uri.EscapeDataString(analyst)}/tokens", expiresAt is null ? new { } : (object)new { expiresAt }, token));

    public Task RevokeAsync(string analyst, string tokenId, CancellationToken token) =>
        service.AskAsync(HttpMethod.Delete, $"/analysts/{Uri.EscapeDataString(analyst)}/tokens/{Uri.EscapeDataString(tokenId)}", null, token);

    private static NewToken Issued(JsonElement answer) =>
        new(answer.GetProperty("analyst").GetString()!, answer.GetProperty("tokenId").GetString()!, answer.GetProperty("token").GetString()!);

    private static KeptPerson Person(JsonElement p) => new(
        p.GetProperty("analyst").GetString()!,
        p.GetProperty("name").GetString()!,
        Enum.Parse<ForecasterKind>(p.GetProperty("kind").GetString()!, ignoreCase: true),
        [.. p.GetProperty("roles").EnumerateArray().Select(r => Enum.Parse<Role>(r.GetString()!, ignoreCase: true))],
        // Tokens are shown to some callers only.
        p.TryGetProperty("tokens", out var tokens)
            ? [.. tokens.EnumerateArray().Select(t => new KeptToken(
                t.GetProperty("id").GetString()!, t.GetProperty("prefix").GetString()!, t.TryGetProperty("expiresAt", out var at) ? at.GetDateTimeOffset() : null))]
            : []);
}
