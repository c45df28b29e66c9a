using Api.Authorization;
using Api.Endpoints;
using Api.Paging;
using Api.Pipeline;
using Api.Problems;
using Api.Requests;
using Domain;
using Domain.People;
using Marten;
using Store.Appending;
using Store.People;

namespace Api.People;

public sealed record RegisterAnalyst(string Analyst, string Name, IReadOnlyList<Role> Roles, ForecasterKind Kind = ForecasterKind.Person);

public sealed record SetRoles(IReadOnlyList<Role> Roles);

/// <param name="Scopes">The owner's roles that the token shall carry; all of them where it is left out.</param>
public sealed record IssueToken(DateTimeOffset? ExpiresAt = null, IReadOnlyList<Role>? Scopes = null);

/// <param name="LastUsedAt">The last use, known to the minute; absent where there was none.</param>
public sealed record TokenAnswer(string Id, string Prefix, IReadOnlyList<Role>? Scopes, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt)
{
    public static TokenAnswer Of(Token t, DateTimeOffset? lastUsedAt = null) => new(t.Id, t.Prefix, t.Scopes, t.ExpiresAt, lastUsedAt);
}

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

/// <summary>A token in full; it is shown this once.</summary>
public sealed record IssuedToken(string Analyst, string TokenId, string Token, string Prefix, IReadOnlyList<Role>? Scopes, DateTimeOffset? ExpiresAt)
{
    public static IssuedToken Of(string analyst, string token, TokenIssued issued) =>
        new(analyst, issued.TokenId, token, issued.Prefix, issued.Scopes, issued.ExpiresAt);
}

/// <summary>People, their roles and their tokens.</summary>
public static class PeopleEndpoints
{
    public static void MapPeople(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/analysts", RegisterAsync).RequireAuthorization(Policies.KeepPeople).Knows().ShowsSecret().Produces<IssuedToken>(201);
        routes.MapGet("/analysts", ListAsync).RequireAuthorization(Policies.Read).Knows("limit", "cursor").Produces<Page<AnalystAnswer>>();
        routes.MapGet("/analysts/{analyst}", GetAsync).RequireAuthorization(Policies.Read).Knows().Produces<AnalystAnswer>();
        routes
            .MapGet("/me", (HttpContext http) => EntityTags.Tagged(http, AnalystAnswer.Of(http.Caller(), http.Caller())))
            .RequireAuthorization(Policies.AnyRole)
            .Knows()
            .Produces<AnalystAnswer>();
        routes.MapPut("/analysts/{analyst}/roles", SetRolesAsync).RequireAuthorization(Policies.KeepPeople).Knows().Produces<AnalystAnswer>();
        routes.MapPost("/analysts/{analyst}/tokens", IssueAsync).RequireAuthorization(Policies.KeepPeople).Knows().ShowsSecret().Produces<IssuedToken>(201);
        routes.MapGet("/analysts/{analyst}/tokens", TokensAsync).RequireAuthorization(Policies.AnyRole).Knows("limit", "cursor").Produces<Page<TokenAnswer>>();
        routes.MapDelete("/analysts/{analyst}/tokens/{id}", RevokeAsync).RequireAuthorization(Policies.KeepPeople).Knows().Produces(204);
    }

    private static async Task<IResult> RegisterAsync(RegisterAnalyst command, HttpContext http, IDocumentSession session)
    {
        var registered = new AnalystRegistered(command.Analyst, command.Name, command.Kind, [.. command.Roles.Distinct().Order()]);
        var decision = AnalystDecisions.Register(registered);
        if (decision.IsRefused)
            return Problem.For(decision);
        if (await session.LoadAsync<Analyst>(StreamKeys.Analyst(command.Analyst), http.RequestAborted) is not null)
        {
            return Problem.Of(409, "conflict", "Name taken", $"There is an analyst '{command.Analyst}' already; choose another name.");
        }

        var (token, issued) = BearerTokens.Issue(expiresAt: null);
        session.Start<Analyst>(StreamKeys.Analyst(command.Analyst), [.. decision.Events, issued], http.Now());
        await http.SaveAsync(session);
        http.Response.Headers.ETag = EntityTags.OfVersion(decision.Events.Count + 1);
        return Results.Created($"/analysts/{command.Analyst}", IssuedToken.Of(command.Analyst, token, issued));
    }

    private static async Task<IResult> ListAsync(HttpContext http, IQuerySession session)
    {
        var (limit, after) = (http.Request.Limit(), http.Request.Cursor() ?? "");
        var analysts = await session
            .Query<Analyst>()
            .Where(a => a.Slug.CompareTo(after) > 0)
            .OrderBy(a => a.Slug)
            .Take(limit + 1)
            .ToListAsync(http.RequestAborted);
        return Results.Ok(Page<AnalystAnswer>.Of([.. analysts.Select(a => AnalystAnswer.Of(a, http.CallerIfAny()))], limit, a => a.Analyst));
    }

    private static async Task<IResult> GetAsync(string analyst, HttpContext http, IQuerySession session) =>
        await session.LoadAsync<Analyst>(StreamKeys.Analyst(analyst), http.RequestAborted) is { } found ? Answer(http, found) : Missing(analyst);

    private static async Task<IResult> TokensAsync(string analyst, HttpContext http, IQuerySession session, TokenUses uses)
    {
        if (analyst != http.Caller().Slug && !http.Caller().Roles.Contains(Role.Admin))
        {
            return Problem.Of(403, "forbidden", "Insufficient role", "Another's tokens are shown to who has the role admin.");
        }

        if (await session.LoadAsync<Analyst>(StreamKeys.Analyst(analyst), http.RequestAborted) is not { } found)
            return Missing(analyst);
        var used = await uses.OfAsync(found.Tokens.Select(t => t.Id), http.RequestAborted);
        var tokens = found.Tokens.OrderBy(t => t.Id, StringComparer.Ordinal).Select(t => TokenAnswer.Of(t, used.TryGetValue(t.Id, out var at) ? at : null));
        return Results.Ok(Page<TokenAnswer>.Within(http.Request, [.. tokens], t => t.Id));
    }

    private static async Task<IResult> SetRolesAsync(string analyst, SetRoles command, HttpContext http, IDocumentSession session) =>
        await ChangeAsync(
            analyst,
            http,
            session,
            found => AnalystDecisions.ChangeRoles(found, command.Roles, http.Caller().Slug),
            changed => Answer(http, changed)
        );

    private static async Task<IResult> IssueAsync(string analyst, IssueToken command, HttpContext http, IDocumentSession session)
    {
        var (token, issued) = BearerTokens.Issue(command.ExpiresAt, command.Scopes);
        return await ChangeAsync(
            analyst,
            http,
            session,
            found => AnalystDecisions.Issue(found, issued, http.Now()),
            _ => Results.Created($"/analysts/{analyst}/tokens/{issued.TokenId}", IssuedToken.Of(analyst, token, issued))
        );
    }

    private static async Task<IResult> RevokeAsync(string analyst, string id, HttpContext http, IDocumentSession session) =>
        await ChangeAsync(analyst, http, session, found => AnalystDecisions.Revoke(found, id), _ => Results.NoContent());

    private static async Task<IResult> ChangeAsync(
        string analyst,
        HttpContext http,
        IDocumentSession session,
        Func<Analyst, Decision> decide,
        Func<Analyst, IResult> answer
    )
    {
        var found = await session.LoadAsync<Analyst>(StreamKeys.Analyst(analyst), http.RequestAborted);
        if (found is null)
            return Missing(analyst);
        if (EntityTags.Stale(http, found.Version) is { } stale)
            return stale;
        var decision = decide(found);
        if (decision.IsRefused)
            return Problem.For(decision);
        session.Append(found.Id, found.Version, decision.Events, http.Now());
        await http.SaveAsync(session);
        var changed = decision.Events.Aggregate(found, (a, e) => Analyst.After(a, found.Id, e)!) with { Version = found.Version + decision.Events.Count };
        http.Response.Headers.ETag = EntityTags.OfVersion(changed.Version);
        return answer(changed);
    }

    private static IResult Answer(HttpContext http, Analyst analyst) => EntityTags.Tagged(http, AnalystAnswer.Of(analyst, http.CallerIfAny()), analyst.Version);

    private static IResult Missing(string analyst) => Problem.NotFound($"There is no analyst '{analyst}'.");
}
