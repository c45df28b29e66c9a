using System.Text.Json;
using Domain;
using Domain.People;

namespace Cli;

/// <summary>People as a running service keeps them.</summary>
public sealed class PeopleOverHttp(ServiceClient service) : IPeopleKeeper
{
    public async Task<NewToken> AddAsync(string analyst, string name, ForecasterKind kind, IReadOnlyList<Role> roles, CancellationToken token) =>
        Issued(
            await service.AskAsync(
                HttpMethod.Post,
                "/analysts",
                new
                {
                    analyst,
                    name,
                    kind = Spelling.Of(kind),
                    roles = roles.Select(Spelling.Of),
                },
                token
            )
        );

    public async IAsyncEnumerable<KeptPerson> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        await foreach (var person in service.ItemsAsync("/analysts", token))
            yield return Person(person);
    }

    public async Task<IReadOnlyList<KeptToken>> TokensAsync(string analyst, CancellationToken token) =>
        [
            .. (await service.AskAsync(HttpMethod.Get, $"/analysts/{Uri.EscapeDataString(analyst)}/tokens", null, token))
                .GetProperty("items")
                .EnumerateArray()
                .Select(t => new KeptToken(
                    t.GetProperty("id").GetString()!,
                    t.GetProperty("prefix").GetString()!,
                    t.TryGetProperty("scopes", out var scopes) ? Roles(scopes) : null,
                    Instant(t, "expiresAt"),
                    Instant(t, "lastUsedAt")
                )),
        ];

    public async Task<NewToken> IssueAsync(string analyst, DateTimeOffset? expiresAt, IReadOnlyList<Role>? scopes, CancellationToken token)
    {
        var body = new Dictionary<string, object>();
        if (expiresAt is { } at)
            body["expiresAt"] = at;
        if (scopes is not null)
            body["scopes"] = scopes.Select(Spelling.Of);
        return Issued(await service.AskAsync(HttpMethod.Post, $"/analysts/{Uri.EscapeDataString(analyst)}/tokens", body, token));
    }

    public Task RevokeAsync(string analyst, string tokenId, CancellationToken token) =>
        service.AskAsync(HttpMethod.Delete, $"/analysts/{Uri.EscapeDataString(analyst)}/tokens/{Uri.EscapeDataString(tokenId)}", null, token);

    private static NewToken Issued(JsonElement answer) =>
        new(answer.GetProperty("analyst").GetString()!, answer.GetProperty("tokenId").GetString()!, answer.GetProperty("token").GetString()!);

    private static KeptPerson Person(JsonElement p) =>
        new(
            p.GetProperty("analyst").GetString()!,
            p.GetProperty("name").GetString()!,
            Enum.Parse<ForecasterKind>(p.GetProperty("kind").GetString()!, ignoreCase: true),
            Roles(p.GetProperty("roles"))
        );

    private static IReadOnlyList<Role> Roles(JsonElement roles) => [.. roles.EnumerateArray().Select(r => Enum.Parse<Role>(r.GetString()!, ignoreCase: true))];

    private static DateTimeOffset? Instant(JsonElement answer, string field) => answer.TryGetProperty(field, out var at) ? at.GetDateTimeOffset() : null;
}
