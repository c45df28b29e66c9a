using Api.Authorization;
using Api.Endpoints;
using Api.Paging;
using Api.Requests;
using Domain.VerbalScales;

namespace Api.Forecasts;

/// <summary>Lists the verbal scales.</summary>
public static class ListScales
{
    /// <summary>Maps <c>GET /scales</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/scales", List).RequireAuthorization(Policies.Read).Knows([.. PageParameters.All]).Produces<Page<VerbalScale>>();

    /// <summary>List the scales of verbal likelihoods</summary>
    public static IResult List(HttpContext http) => EntityTags.Tagged(http, Page<VerbalScale>.Within(http.Request, VerbalScales.All, s => s.Name));
}
