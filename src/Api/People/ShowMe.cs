using Api.Authorization;
using Api.Endpoints;
using Api.Questions;
using Api.Requests;

namespace Api.People;

/// <summary>Shows who calls.</summary>
public static class ShowMe
{
    /// <summary>Maps <c>GET /me</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me", Show).RequireAuthorization(Policies.AnyRole).Knows().Produces<AnalystAnswer>();

    /// <summary>Show who the token belongs to, with the roles that it carries</summary>
    public static IResult Show(HttpContext http) => EntityTags.Tagged(http, AnalystAnswer.Of(http.Caller(), http.Caller()));
}
