using System.ComponentModel.DataAnnotations;
using Api.Authorization;
using Api.Endpoints;
using Api.Questions;
using Domain.Questions;
using Domain.Resolving;
using Marten;

namespace Api.Resolutions;

/// <summary>Which outcome is disputed, and why.</summary>
/// <param name="Reason">Why the outcome is doubted.</param>
/// <param name="Resolution">
/// The id of the outcome that is meant: <c>resolutionId</c> of the question. It, or <c>If-Match</c>, says that the caller has seen what is disputed.
/// </param>
public sealed record DisputeResolution([property: StringLength(ResolutionDecisions.MaxReason, MinimumLength = 1)] string Reason, Guid? Resolution = null);

/// <summary>Disputes an outcome.</summary>
public static class Dispute
{
    /// <summary>Maps <c>POST /questions/{slug}/resolution/dispute</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/questions/{slug}/resolution/dispute", DisputeAsync).RequireAuthorization(Policies.Dispute).Knows().Produces<QuestionAnswer>();

    /// <summary>Dispute an outcome</summary>
    /// <remarks>
    /// `resolution` is the id of the outcome that is meant, which the question shows as `resolutionId`; `If-Match` does as well.
    /// 428 with neither, 409 where another outcome stands.
    /// </remarks>
    /// <param name="command" example='{"reason":"Another gauge showed nothing.",
    /// "resolution":"019ac1f0-5b5e-7c3a-9a0f-2f6f0c1d2e3f"}'>
    /// The outcome that is meant, and why it is doubted.</param>
    public static Task<IResult> DisputeAsync(string slug, DisputeResolution command, HttpContext http, IDocumentSession session) =>
        SeenByCaller.Outcome.ChangeAsync(slug, command.Resolution, http, session, q => ResolutionDecisions.Dispute(q, command.Reason, http.Caller().Slug));
}
