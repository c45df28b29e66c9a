using System.ComponentModel.DataAnnotations;
using Api.Authorization;
using Api.Endpoints;
using Domain.Questions;
using Marten;

namespace Api.Questions;

/// <summary>A new close.</summary>
/// <param name="ClosesAt">The instant from which no forecast is taken any more; it lies ahead.</param>
/// <param name="Reason">Why; it may be empty.</param>
public sealed record Reschedule(DateTimeOffset ClosesAt, [property: StringLength(QuestionDecisions.MaxReason)] string Reason = "");

/// <summary>Moves a question's close.</summary>
public static class Rescheduling
{
    /// <summary>Maps <c>POST /questions/{slug}/reschedule</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/questions/{slug}/reschedule", RescheduleAsync).RequireAuthorization(Policies.WriteQuestions).Knows().Produces<QuestionAnswer>();

    /// <summary>Move a question's close</summary>
    /// <param name="command" example='{"closesAt":"2035-01-01T00:00:00Z","reason":"The gauge will be taken down."}'>The new close.</param>
    public static Task<IResult> RescheduleAsync(string slug, Reschedule command, HttpContext http, IDocumentSession session) =>
        session.ChangeAsync(http, slug, (q, now) => QuestionDecisions.Reschedule(q, command.ClosesAt, command.Reason, now));
}
