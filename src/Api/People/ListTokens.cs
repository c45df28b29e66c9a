using Api.Authorization;
using Api.Endpoints;
using Api.Paging;
using Api.Problems;
using Domain;
using Domain.People;
using Marten;
using Store.People;

namespace Api.People;

/// <summary>Lists an analyst's tokens.</summary>
public static class ListTokens
{
    /// <summary>Maps <c>GET /analysts/{analyst}/tokens</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/analysts/{analyst}/tokens", TokensAsync)
            .RequireAuthorization(Policies.AnyRole)
            .Knows([.. PageParameters.All])
            .Produces<Page<TokenAnswer>>();

    /// <summary>List an analyst's tokens</summary>
    /// <remarks>One's own, or as an administrator anybody's; never the tokens themselves.</remarks>
    public static async Task<IResult> TokensAsync(string analyst, HttpContext http, IQuerySession session, TokenUses uses)
    {
        if (analyst != http.Caller().Slug && !http.Caller().Roles.Contains(Role.Admin))
        {
            return Problem.Of(403, "forbidden", "Insufficient role", "Another's tokens are shown to who has the role admin.");
        }

        if (await session.LoadAsync<Analyst>(StreamKeys.Analyst(analyst), http.RequestAborted) is not { } found)
            return PeopleEndpoints.Missing(analyst);
        var used = await uses.OfAsync(found.Tokens.Select(t => t.Id), http.RequestAborted);
        var tokens = found.Tokens.OrderBy(t => t.Id, StringComparer.Ordinal).Select(t => TokenAnswer.Of(t, used.TryGetValue(t.Id, out var at) ? at : null));
        return Results.Ok(Page<TokenAnswer>.Within(http.Request, [.. tokens], t => t.Id));
    }
}
