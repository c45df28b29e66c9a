using Api.Access;
using Api.Http;
using Domain;
using Domain.People;
using Marten;
using Store;

namespace Api.KeepingPeople;

public sealed record RegisterAnalyst(string Analyst, string Name, IReadOnlyList<Role> Roles, ForecasterKind Kind = ForecasterKind.Person);

public sealed record SetRoles(IReadOnlyList<Role> Roles);

public sealed record IssueToken(DateTimeOffset? ExpiresAt = null);

public sealed record TokenAnswer(string Id, string Prefix, DateTimeOffset? ExpiresAt);

public sealed record AnalystAnswer(string Analyst, string Name, ForecasterKind Kind, IReadOnlyList<Role> Roles, IReadOnlyList<TokenAnswer> Tokens, long Version)
{
    public static AnalystAnswer Of(Analyst a) =>
        new(a.Slug, a.Name, a.Kind, a.Roles, [.. a.Tokens.Select(t => new TokenAnswer(t.Id, t.Prefix, t.ExpiresAt))], a.Version);
}

/// <summary>A token in full; it is shown this once.</summary>
public sealed record IssuedToken(string Analyst, string TokenId, string Token);

/// <summary>People, their roles and their tokens.</summary>
public static class People
{
    public static void MapPeople(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/analysts", RegisterAsync).Needs(Role.Admin).Knows().Produces<IssuedToken>(201);
        routes.MapGet("/analysts", ListAsync).Reads().Knows("limit", "cursor").Produces<Page<AnalystAnswer>>();
        routes.MapGet("/analysts/{analyst}", GetAsync).Reads().Knows().Produces<AnalystAnswer>();
        routes.MapGet("/me", (HttpContext http) => EntityTags.Tagged(http, AnalystAnswer.Of(http.Caller()), http.Caller().Version)).Needs().Knows().Produces<AnalystAnswer>();
        routes.MapPut("/analysts/{analyst}/roles", SetRolesAsync).Needs(Role.Admin).Knows().Produces<AnalystAnswer>();
        routes.MapPost("/analysts/{analyst}/tokens", IssueAsync).Needs(Role.Admin).Knows().Produces<IssuedToken>(201);
        routes.MapDelete("/analysts/{analyst}/tokens/{id}", RevokeAsync).Needs(Role.Admin).Knows().Produces(204);
    }

    private static async Task<IResult> RegisterAsync(RegisterAnalyst command, HttpContext http, IDocumentSession session)
    {
        var registered = new AnalystRegistered(command.Analyst, command.Name, command.Kind, [.. command.Roles.Distinct().Order()]);
        var decision = AnalystDecisions.Register(registered);
        if (decision.IsRefused) return Problems.For(decision);
        if (await session.LoadAsync<Analyst>(StreamKeys.Analyst(command.Analyst), http.RequestAborted) is not null)
        {
            return Problems.Of(409, "conflict", "The name is taken", $"There is an analyst '{command.Analyst}' already; choose another name.");
        }

        var (token, issued) = BearerTokens.Issue(expiresAt: null);
        session.Start<Analyst>(StreamKeys.Analyst(command.Analyst), [.. decision.Events, issued], http.Now());
        await http.SaveAsync(session);
        return Results.Created($"/analysts/{command.Analyst}", new IssuedToken(command.Analyst, issued.TokenId, token));
    }

    private static async Task<IResult> ListAsync(HttpContext http, IQuerySession session)
    {
        var (limit, after) = (http.Request.Limit(), http.Request.Cursor() ?? "");
        var analysts = await session.Query<Analyst>().Where(a => a.Slug.CompareTo(after) > 0).OrderBy(a => a.Slug).Take(limit + 1).ToListAsync(http.RequestAborted);
        return Results.Ok(Page<AnalystAnswer>.Of([.. analysts.Select(AnalystAnswer.Of)], limit, a => a.Analyst));
    }

    private static async Task<IResult> GetAsync(string analyst, HttpContext http, IQuerySession session) =>
        await session.LoadAsync<Analyst>(StreamKeys.Analyst(analyst), http.RequestAborted) is { } found
            ? EntityTags.Tagged(http, AnalystAnswer.Of(found), found.Version)
            : Missing(analyst);

    private static async Task<IResult> SetRolesAsync(string analyst, SetRoles command, HttpContext http, IDocumentSession session) =>
        await ChangeAsync(analyst, http, session, found => AnalystDecisions.ChangeRoles(found, command.Roles), async () =>
            Results.Ok(AnalystAnswer.Of((await session.LoadAsync<Analyst>(StreamKeys.Analyst(analyst), http.RequestAborted))!)));

    private static async Task<IResult> IssueAsync(string analyst, IssueToken command, HttpContext http, IDocumentSession session)
    {
        if (command.ExpiresAt <= http.Now()) return Problems.Invalid("expiresAt", "A token expires after it is made.");
        var (token, issued) = BearerTokens.Issue(command.ExpiresAt);
        return await ChangeAsync(analyst, http, session, _ => Decision.Of(issued), () =>
            Task.FromResult(Results.Created($"/analysts/{analyst}/tokens/{issued.TokenId}", new IssuedToken(analyst, issued.TokenId, token))));
    }

    private static async Task<IResult> RevokeAsync(string analyst, string id, HttpContext http, IDocumentSession session) =>
        await ChangeAsync(analyst, http, session, found => AnalystDecisions.Revoke(found, id), () => Task.FromResult(Results.NoContent()));

    private static async Task<IResult> ChangeAsync(
        string analyst, HttpContext http, IDocumentSession session, Func<Analyst, Decision> decide, Func<Task<IResult>> answer)
    {
        var found = await session.LoadAsync<Analyst>(StreamKeys.Analyst(analyst), http.RequestAborted);
        if (found is null) return Missing(analyst);
        if (EntityTags.Stale(http, found.Version) is { } stale) return stale;
        var decision = decide(found);
        if (decision.IsRefused) return Problems.For(decision);
        session.Append(found.Id, found.Version, decision.Events, http.Now());
        await http.SaveAsync(session);
        return await answer();
    }

    private static IResult Missing(string analyst) => Problems.NotFound($"There is no analyst '{analyst}'.");
}
