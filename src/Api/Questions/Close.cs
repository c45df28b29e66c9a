using Api.Authorization;
using Api.Endpoints;
using Domain.Questions;
using Marten;

namespace Api.Questions;

/// <summary>Closes a question.</summary>
public static class Close
{
    /// <summary>Maps <c>POST /questions/{slug}/close</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/questions/{slug}/close", CloseAsync).RequireAuthorization(Policies.WriteQuestions).Knows().Produces<QuestionAnswer>();

    /// <summary>Close a question before its time</summary>
    public static Task<IResult> CloseAsync(string slug, HttpContext http, IDocumentSession session) => session.ChangeAsync(http, slug, QuestionDecisions.Close);
}
