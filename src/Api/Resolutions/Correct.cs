using Api.Authorization;
using Api.Endpoints;
using Api.Questions;
using Domain.Resolutions;
using Marten;

namespace Api.Resolutions;

/// <summary>Proposes a correction.</summary>
public static class Correct
{
    /// <summary>Maps <c>POST /questions/{slug}/resolution/correct</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/questions/{slug}/resolution/correct", CorrectAsync).RequireAuthorization(Policies.Resolve).Knows().Produces<QuestionAnswer>();

    /// <summary>Propose another outcome than the one that stands</summary>
    /// <param name="command" example='{"outcome":"no","knownAt":"2026-05-01T00:00:00Z","reason":"The gauge was misread.",
    /// "evidence":["https://example.org/gauge"]}'>The outcome that stands instead.</param>
    public static Task<IResult> CorrectAsync(string slug, ProposeResolution command, HttpContext http, IDocumentSession session) =>
        Propose.OfAsync(slug, command, ProposalKind.Correction, http, session);
}
