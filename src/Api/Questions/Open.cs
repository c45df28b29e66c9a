using Api.Authorization;
using Api.Endpoints;
using Domain.Questions;
using Marten;

namespace Api.Questions;

/// <summary>Opens a draft.</summary>
public static class Open
{
    /// <summary>Maps <c>POST /questions/{slug}/open</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/questions/{slug}/open", OpenAsync).RequireAuthorization(Policies.WriteQuestions).Knows().Produces<QuestionAnswer>();

    /// <summary>Open a draft for forecasts</summary>
    public static Task<IResult> OpenAsync(string slug, HttpContext http, IDocumentSession session) => session.ChangeAsync(http, slug, QuestionDecisions.Open);
}
