using Api.Authorization;
using Api.Endpoints;
using Domain;
using Domain.People;
using Marten;

namespace Api.People;

/// <summary>Shows an analyst.</summary>
public static class ShowAnalyst
{
    /// <summary>Maps <c>GET /analysts/{analyst}</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/analysts/{analyst}", GetAsync).RequireAuthorization(Policies.ReadPeople).Knows().Produces<AnalystAnswer>();

    /// <summary>Show an analyst</summary>
    public static async Task<IResult> GetAsync(string analyst, HttpContext http, IQuerySession session) =>
        await session.LoadAsync<Analyst>(StreamKeys.Analyst(analyst), http.RequestAborted) is { } found
            ? PeopleEndpoints.Answer(http, found)
            : PeopleEndpoints.Missing(analyst);
}
