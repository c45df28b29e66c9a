using System.Text.Json;
using Api.Access;
using Api.AskingQuestions;
using Api.Http;
using Domain;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Marten;

namespace Api.Resolving;

public sealed record ProposeResolution(JsonElement Outcome, DateTimeOffset KnownAt, string Reason, IReadOnlyList<string> Evidence);

public sealed record ProposeAnnulment(string Reason, DateTimeOffset? KnownAt = null, IReadOnlyList<string>? Evidence = null, string Outcome = OutcomeText.Annulled);

public sealed record ProposeTakingBack(string Reason, IReadOnlyList<string>? Evidence = null);

public sealed record GiveReason(string Reason);

/// <summary>Resolutions: proposed by one person, confirmed by another; corrected, annulled and taken back the same way.</summary>
public static class Resolutions
{
    public static void MapResolutions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/questions/{slug}/resolution", (string slug, ProposeResolution c, HttpContext http, IDocumentSession session) =>
            Propose(slug, c, ProposalKind.Resolution, http, session)).Needs(Role.Resolver).Knows().Produces<QuestionAnswer>();
        routes.MapGet("/questions/{slug}/resolution", ResolutionHistory.GetAsync).Reads().Knows().Produces<ResolutionAnswer>();
        routes.MapPost("/questions/{slug}/resolution/correct", (string slug, ProposeResolution c, HttpContext http, IDocumentSession session) =>
            Propose(slug, c, ProposalKind.Correction, http, session)).Needs(Role.Resolver).Knows().Produces<QuestionAnswer>();
        routes.MapPost("/questions/{slug}/resolution/annul", AnnulAsync).Needs(Role.Resolver).Knows().Produces<QuestionAnswer>();
        routes.MapPost("/questions/{slug}/resolution/take-back", (string slug, ProposeTakingBack c, HttpContext http, IDocumentSession session) =>
            session.ChangeAsync(http, slug, (q, now) => ResolutionDecisions.Propose(
                q,
                new ResolutionProposed(ProposalKind.TakingBack, OutcomeText.Unresolved, now, c.Reason, c.Evidence ?? [], http.Caller().Slug),
                now))).Needs(Role.Resolver).Knows().Produces<QuestionAnswer>();
        routes.MapPost("/questions/{slug}/resolution/confirm", (string slug, HttpContext http, IDocumentSession session) =>
            session.ChangeAsync(http, slug, (q, _) => ResolutionDecisions.Confirm(q, http.Caller().Slug))).Needs(Role.Resolver).Knows().Produces<QuestionAnswer>();
        routes.MapPost("/questions/{slug}/resolution/reject", (string slug, GiveReason c, HttpContext http, IDocumentSession session) =>
            session.ChangeAsync(http, slug, (q, _) => ResolutionDecisions.Reject(q, c.Reason, http.Caller().Slug))).Needs(Role.Resolver).Knows().Produces<QuestionAnswer>();
        routes.MapPost("/questions/{slug}/resolution/dispute", (string slug, GiveReason c, HttpContext http, IDocumentSession session) =>
            session.ChangeAsync(http, slug, (q, _) => ResolutionDecisions.Dispute(q, c.Reason, http.Caller().Slug)))
            .Needs(Role.Analyst, Role.Editor, Role.Resolver, Role.Auditor).Knows().Produces<QuestionAnswer>();
    }

    private static async Task<IResult> Propose(string slug, ProposeResolution command, ProposalKind kind, HttpContext http, IDocumentSession session)
    {
        if (command.Outcome.ValueKind is not (JsonValueKind.String or JsonValueKind.Number or JsonValueKind.Object))
        {
            return Problems.Invalid("outcome", $$"""{{Shown(command.Outcome)}} is no outcome; it is yes or no, an option, a number, a date, annulled, or options by degrees, such as {"yes":0.6,"no":0.4}.""");
        }

        var outcome = command.Outcome.ValueKind == JsonValueKind.String ? command.Outcome.GetString()! : command.Outcome.GetRawText();
        return await session.ChangeAsync(http, slug, (q, now) => ResolutionDecisions.Propose(
            q, new ResolutionProposed(kind, outcome, command.KnownAt, command.Reason, command.Evidence, http.Caller().Slug), now));
    }

    private static string Shown(JsonElement outcome) => outcome.ValueKind == JsonValueKind.Undefined ? "Nothing" : outcome.GetRawText().Shortened(60);

    private static async Task<IResult> AnnulAsync(string slug, ProposeAnnulment command, HttpContext http, IDocumentSession session)
    {
        if (command.Outcome != OutcomeText.Annulled) return Problems.Invalid("outcome", "An annulment's outcome is annulled; leave it out.");
        return await session.ChangeAsync(http, slug, (q, now) => ResolutionDecisions.Propose(
            q,
            new ResolutionProposed(
                ProposalKind.Annulment, OutcomeText.Annulled, command.KnownAt ?? q.Resolution?.KnownAt ?? now, command.Reason, command.Evidence ?? [], http.Caller().Slug),
            now));
    }
}
