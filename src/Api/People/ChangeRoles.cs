using Api.Authorization;
using Api.Endpoints;
using Api.Questions;
using Domain.People;
using Marten;

namespace Api.People;

/// <summary>The roles of an analyst from now on.</summary>
/// <param name="Roles">What the analyst may do: these roles, and no others.</param>
public sealed record SetRoles(IReadOnlyList<Role> Roles);

/// <summary>Changes an analyst's roles.</summary>
public static class ChangeRoles
{
    /// <summary>Maps <c>PUT /analysts/{analyst}/roles</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPut("/analysts/{analyst}/roles", SetRolesAsync).RequireAuthorization(Policies.KeepPeople).Knows().Produces<AnalystAnswer>();

    /// <summary>Change an analyst's roles</summary>
    /// <param name="command" example='{"roles":["analyst","editor"]}'>The roles.</param>
    public static async Task<IResult> SetRolesAsync(string analyst, SetRoles command, HttpContext http, IDocumentSession session) =>
        await PeopleEndpoints.ChangeAsync(
            analyst,
            http,
            session,
            found => AnalystDecisions.ChangeRoles(found, command.Roles, http.Caller().Slug),
            changed => PeopleEndpoints.Answer(http, changed)
        );
}
