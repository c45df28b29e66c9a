using System.ComponentModel.DataAnnotations;
using Api.Authorization;
using Api.Endpoints;
using Api.Problems;
using Api.Questions;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Resolving;
using Marten;

namespace Api.Resolutions;

/// <summary>An annulment that is proposed.</summary>
/// <param name="Reason">Why the question has no outcome.</param>
/// <param name="KnownAt">The instant from which that was known; where it is left out, that of the outcome that stands, else now.</param>
/// <param name="Evidence">What shows it: texts or addresses.</param>
/// <param name="Outcome">annulled; it may be left out.</param>
public sealed record ProposeAnnulment(
    [property: StringLength(ResolutionDecisions.MaxReason, MinimumLength = 1)] string Reason,
    DateTimeOffset? KnownAt = null,
    [property: MaxLength(ResolutionDecisions.MaxEvidence)] IReadOnlyList<string>? Evidence = null,
    string Outcome = OutcomeText.Annulled
);

/// <summary>Proposes an annulment.</summary>
public static class Annul
{
    /// <summary>Maps <c>POST /questions/{slug}/resolution/annul</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/questions/{slug}/resolution/annul", AnnulAsync).RequireAuthorization(Policies.Resolve).Knows().Produces<QuestionAnswer>();

    /// <summary>Propose that a question be annulled</summary>
    /// <param name="command" example='{"reason":"The gauge was stolen.","evidence":["https://example.org/police"]}'>The annulment.</param>
    public static async Task<IResult> AnnulAsync(string slug, ProposeAnnulment command, HttpContext http, IDocumentSession session)
    {
        if (command.Outcome != OutcomeText.Annulled)
            return Problem.Invalid("outcome", "An annulment's outcome is annulled; leave it out.");
        return await session.ChangeAsync(
            http,
            slug,
            (q, now) =>
                ResolutionDecisions.Propose(
                    q,
                    new ResolutionProposed(
                        ProposalKind.Annulment,
                        OutcomeText.Annulled,
                        command.KnownAt ?? q.Resolution?.KnownAt ?? now,
                        command.Reason,
                        command.Evidence ?? [],
                        http.Caller().Slug
                    ),
                    now
                )
        );
    }
}
