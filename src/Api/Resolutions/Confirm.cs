using Api.Authorization;
using Api.Endpoints;
using Api.Questions;
using Domain.Resolving;
using Marten;

namespace Api.Resolutions;

/// <summary>Which proposal is confirmed.</summary>
/// <param name="Proposal">
/// The id of the proposal that is meant: <c>proposal.id</c> of the question. It, or <c>If-Match</c>, says that the caller has seen what is confirmed.
/// </param>
public sealed record ConfirmProposal(Guid? Proposal = null);

/// <summary>Confirms what another person proposed.</summary>
public static class Confirm
{
    /// <summary>Maps <c>POST /questions/{slug}/resolution/confirm</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/questions/{slug}/resolution/confirm", ConfirmAsync).RequireAuthorization(Policies.Resolve).Knows().Produces<QuestionAnswer>();

    /// <summary>Confirm what another person proposed</summary>
    /// <remarks>Names the proposal that is meant, or the question's version by If-Match; 428 with neither, 409 where another proposal stands.</remarks>
    /// <param name="command" example='{"proposal":"0198b0a4-7d3c-7a51-9c1e-5a0d3c9e6f21"}'>The proposal that is meant.</param>
    public static Task<IResult> ConfirmAsync(string slug, ConfirmProposal? command, HttpContext http, IDocumentSession session) =>
        SeenByCaller.Proposal.ChangeAsync(slug, command?.Proposal, http, session, q => ResolutionDecisions.Confirm(q, http.Caller().Slug));
}
