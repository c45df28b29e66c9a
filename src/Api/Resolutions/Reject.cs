using System.ComponentModel.DataAnnotations;
using Api.Authorization;
using Api.Endpoints;
using Api.Questions;
using Domain.Resolving;
using Marten;

namespace Api.Resolutions;

/// <summary>Which proposal is rejected, and why.</summary>
/// <param name="Reason">Why the outcome is not this.</param>
/// <param name="Proposal">
/// The id of the proposal that is meant: <c>proposal.id</c> of the question. It, or <c>If-Match</c>, says that the caller has seen what is rejected.
/// </param>
public sealed record RejectProposal([property: StringLength(ResolutionDecisions.MaxReason, MinimumLength = 1)] string Reason, Guid? Proposal = null);

/// <summary>Rejects what another person proposed.</summary>
public static class Reject
{
    /// <summary>Maps <c>POST /questions/{slug}/resolution/reject</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/questions/{slug}/resolution/reject", RejectAsync).RequireAuthorization(Policies.Resolve).Knows().Produces<QuestionAnswer>();

    /// <summary>Reject what another person proposed</summary>
    /// <remarks>Names the proposal that is meant, or the question's version by If-Match; 428 with neither, 409 where another proposal stands.</remarks>
    /// <param name="command" example='{"reason":"The source does not say so.",
    /// "proposal":"0198b0a4-7d3c-7a51-9c1e-5a0d3c9e6f21"}'>
    /// The proposal that is meant, and why it is rejected.</param>
    public static Task<IResult> RejectAsync(string slug, RejectProposal command, HttpContext http, IDocumentSession session) =>
        SeenByCaller.Proposal.ChangeAsync(slug, command.Proposal, http, session, q => ResolutionDecisions.Reject(q, command.Reason, http.Caller().Slug));
}
