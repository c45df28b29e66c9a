using Api.Authorization;
using Api.Endpoints;
using Api.Questions;
using Domain.People;
using Marten;

namespace Api.People;

/// <summary>Revokes a token.</summary>
public static class RevokeToken
{
    /// <summary>Maps <c>DELETE /analysts/{analyst}/tokens/{id}</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapDelete("/analysts/{analyst}/tokens/{id}", RevokeAsync).RequireAuthorization(Policies.KeepPeople).Knows().Produces(204);

    /// <summary>Revoke a token</summary>
    /// <remarks>It is refused everywhere from then on.</remarks>
    public static async Task<IResult> RevokeAsync(string analyst, string id, HttpContext http, IDocumentSession session) =>
        await PeopleEndpoints.ChangeAsync(analyst, http, session, found => AnalystDecisions.Revoke(found, id), _ => Results.NoContent());
}
