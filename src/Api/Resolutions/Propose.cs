using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Api.Authorization;
using Api.Endpoints;
using Api.Problems;
using Api.Questions;
using Domain;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Resolving;
using Marten;

namespace Api.Resolutions;

/// <summary>An outcome that is proposed.</summary>
/// <param name="Outcome">yes or no, an option, a number, a date, annulled, or options by degrees such as {"yes":0.6,"no":0.4}.</param>
/// <param name="KnownAt">The instant from which the outcome was known in the world; it lies in the past.</param>
/// <param name="Reason">Why this is the outcome.</param>
/// <param name="Evidence">What shows it: texts or addresses, at least one.</param>
public sealed record ProposeResolution(
    JsonElement Outcome,
    DateTimeOffset KnownAt,
    [property: StringLength(ResolutionDecisions.MaxReason, MinimumLength = 1)] string Reason,
    [property: MaxLength(ResolutionDecisions.MaxEvidence)] IReadOnlyList<string> Evidence
);

/// <summary>Proposes an outcome.</summary>
public static class Propose
{
    /// <summary>Maps <c>POST /questions/{slug}/resolution</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/questions/{slug}/resolution", ProposeAsync).RequireAuthorization(Policies.Resolve).Knows().Produces<QuestionAnswer>();

    /// <summary>Propose an outcome</summary>
    /// <remarks>Another person confirms it.</remarks>
    /// <param name="command" example='{"outcome":"yes","knownAt":"2026-05-01T00:00:00Z","reason":"The gauge showed 3 mm.",
    /// "evidence":["https://example.org/gauge"]}'>The outcome.</param>
    public static Task<IResult> ProposeAsync(string slug, ProposeResolution command, HttpContext http, IDocumentSession session) =>
        OfAsync(slug, command, ProposalKind.Resolution, http, session);

    /// <summary>Records a proposal of this kind.</summary>
    internal static async Task<IResult> OfAsync(string slug, ProposeResolution command, ProposalKind kind, HttpContext http, IDocumentSession session)
    {
        if (command.Outcome.ValueKind is not (JsonValueKind.String or JsonValueKind.Number or JsonValueKind.Object))
        {
            return Problem.Invalid(
                "outcome",
                $$"""{{Shown(command.Outcome)}} is no outcome; it is yes or no, an option, a number, a date, annulled, """
                    + """or options by degrees, such as {"yes":0.6,"no":0.4}."""
            );
        }

        var outcome = command.Outcome.ValueKind == JsonValueKind.String ? command.Outcome.GetString()! : command.Outcome.GetRawText();
        return await session.ChangeAsync(
            http,
            slug,
            (q, now) =>
                ResolutionDecisions.Propose(
                    q,
                    new ResolutionProposed(kind, outcome, command.KnownAt, command.Reason, command.Evidence, http.Caller().Slug),
                    now
                )
        );
    }

    private static string Shown(JsonElement outcome) => outcome.ValueKind == JsonValueKind.Undefined ? "Nothing" : outcome.GetRawText().Shortened(60);
}
