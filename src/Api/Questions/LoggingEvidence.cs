using System.ComponentModel.DataAnnotations;
using Api.Authorization;
using Api.Endpoints;
using Domain.Questions;
using Marten;

namespace Api.Questions;

/// <summary>An event of the real world.</summary>
/// <param name="OccurredAt">When it happened; it lies in the past.</param>
/// <param name="Title">What happened.</param>
/// <param name="Source">Who says so.</param>
/// <param name="Url">Where to read it: an absolute address, http or https.</param>
public sealed record LogEvidence(
    DateTimeOffset OccurredAt,
    [property: StringLength(QuestionDecisions.MaxEvidenceTitle, MinimumLength = 1)] string Title,
    [property: StringLength(QuestionDecisions.MaxEvidenceSource, MinimumLength = 1)] string Source,
    [property: StringLength(QuestionDecisions.MaxUrl, MinimumLength = 1)] string? Url = null
);

/// <summary>Logs evidence.</summary>
public static class LoggingEvidence
{
    /// <summary>Maps <c>POST /questions/{slug}/evidence</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/questions/{slug}/evidence", LogAsync).RequireAuthorization(Policies.LogEvidence).Knows().Produces<QuestionAnswer>();

    /// <summary>Log an event of the real world that bears on a question</summary>
    /// <param name="command" example='{"occurredAt":"2026-03-01T00:00:00Z","title":"Clouds","source":"A window"}'>The event.</param>
    public static Task<IResult> LogAsync(string slug, LogEvidence command, HttpContext http, IDocumentSession session) =>
        session.ChangeAsync(
            http,
            slug,
            (_, now) => QuestionDecisions.LogEvidence(new EvidenceLogged(command.OccurredAt, command.Title, command.Source, command.Url), now)
        );
}
