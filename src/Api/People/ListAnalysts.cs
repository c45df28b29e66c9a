using Api.Authorization;
using Api.Endpoints;
using Api.Paging;
using Domain.People;
using Marten;

namespace Api.People;

/// <summary>Lists the analysts.</summary>
public static class ListAnalysts
{
    /// <summary>Maps <c>GET /analysts</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/analysts", ListAsync).RequireAuthorization(Policies.ReadPeople).Knows([.. PageParameters.All]).Produces<Page<AnalystAnswer>>();

    /// <summary>List the analysts</summary>
    public static async Task<IResult> ListAsync(HttpContext http, IQuerySession session)
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
}
