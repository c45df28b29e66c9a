using System.ComponentModel.DataAnnotations;
using Api.Authorization;
using Api.Endpoints;
using Domain.Questions;
using Marten;

namespace Api.Questions;

/// <summary>A clarification; it is added to the criteria and never rewrites them.</summary>
/// <param name="Text">What is made clear.</param>
public sealed record Clarify([property: StringLength(QuestionDecisions.MaxClarification, MinimumLength = 1)] string Text);

/// <summary>Clarifies the criteria of a question.</summary>
public static class Clarifying
{
    /// <summary>Maps <c>POST /questions/{slug}/clarifications</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/questions/{slug}/clarifications", ClarifyAsync).RequireAuthorization(Policies.WriteQuestions).Knows().Produces<QuestionAnswer>();

    /// <summary>Add a clarification to the criteria</summary>
    /// <param name="command" example='{"text":"Snow counts when it has melted."}'>The clarification.</param>
    public static Task<IResult> ClarifyAsync(string slug, Clarify command, HttpContext http, IDocumentSession session) =>
        session.ChangeAsync(http, slug, (q, now) => QuestionDecisions.Clarify(q, command.Text, now));
}
