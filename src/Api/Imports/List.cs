using Api.Authorization;
using Api.Endpoints;
using Api.Paging;
using Store.Importing;

namespace Api.Imports;

/// <summary>Lists imports.</summary>
public static class List
{
    /// <summary>Maps <c>GET /imports</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/imports", ListAsync).RequireAuthorization(Policies.ReadImports).Knows([.. PageParameters.All]).Produces<Page<ImportAnswer>>();

    /// <summary>List imports</summary>
    public static async Task<IResult> ListAsync(HttpContext http, ImportLog imports)
    {
        var limit = http.Request.Limit();
        var found = await imports.ListAsync(http.Request.Cursor(), limit + 1, http.RequestAborted);
        return Results.Ok(Page<ImportAnswer>.Of([.. found.Select(i => ImportAnswer.Of(i, []))], limit, i => i.Id));
    }
}
