using System.ComponentModel.DataAnnotations;
using Api.Authorization;
using Api.Endpoints;
using Api.Questions;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Resolving;
using Marten;

namespace Api.Resolutions;

/// <summary>A taking back that is proposed: the question then has no outcome.</summary>
/// <param name="Reason">Why the outcome cannot stand.</param>
/// <param name="Evidence">What shows it: texts or addresses.</param>
public sealed record ProposeTakingBack(
    [property: StringLength(ResolutionDecisions.MaxReason, MinimumLength = 1)] string Reason,
    [property: MaxLength(ResolutionDecisions.MaxEvidence)] IReadOnlyList<string>? Evidence = null
);

/// <summary>Proposes that an outcome be taken back.</summary>
public static class TakeBack
{
    /// <summary>Maps <c>POST /questions/{slug}/resolution/take-back</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/questions/{slug}/resolution/take-back", TakeBackAsync).RequireAuthorization(Policies.Resolve).Knows().Produces<QuestionAnswer>();

    /// <summary>Propose that an outcome be taken back</summary>
    /// <param name="command" example='{"reason":"The gauge was never there.","evidence":["https://example.org/gauge"]}'>The taking back.</param>
    public static Task<IResult> TakeBackAsync(string slug, ProposeTakingBack command, HttpContext http, IDocumentSession session) =>
        session.ChangeAsync(
            http,
            slug,
            (q, now) =>
                ResolutionDecisions.Propose(
                    q,
                    new ResolutionProposed(ProposalKind.TakingBack, OutcomeText.Unresolved, now, command.Reason, command.Evidence ?? [], http.Caller().Slug),
                    now
                )
        );
}
