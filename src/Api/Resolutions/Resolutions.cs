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

public sealed record ProposeResolution(JsonElement Outcome, DateTimeOffset KnownAt, string Reason, IReadOnlyList<string> Evidence);

public sealed record ProposeAnnulment(
    string Reason,
    DateTimeOffset? KnownAt = null,
    IReadOnlyList<string>? Evidence = null,
    string Outcome = OutcomeText.Annulled
);

public sealed record ProposeTakingBack(string Reason, IReadOnlyList<string>? Evidence = null);

/// <param name="Resolution">The id of the outcome that is meant: <c>resolutionId</c> of the question. It, or <c>If-Match</c>, says that the caller has seen what is disputed.</param>
public sealed record DisputeResolution(string Reason, Guid? Resolution = null);

/// <param name="Proposal">The id of the proposal that is meant: <c>proposal.id</c> of the question. It, or <c>If-Match</c>, says that the caller has seen what is confirmed.</param>
public sealed record ConfirmProposal(Guid? Proposal = null);

/// <inheritdoc cref="ConfirmProposal"/>
public sealed record RejectProposal(string Reason, Guid? Proposal = null);

/// <summary>Resolutions: proposed by one person, confirmed by another; corrected, annulled and taken back the same way.</summary>
public static class ResolutionEndpoints
{
    public static void MapResolutions(this IEndpointRouteBuilder routes)
    {
        routes
            .MapPost(
                "/questions/{slug}/resolution",
                (string slug, ProposeResolution c, HttpContext http, IDocumentSession session) => Propose(slug, c, ProposalKind.Resolution, http, session)
            )
            .RequireAuthorization(Policies.Resolve)
            .Knows()
            .Produces<QuestionAnswer>();
        routes.MapGet("/questions/{slug}/resolution", ResolutionHistory.GetAsync).RequireAuthorization(Policies.Read).Knows().Produces<ResolutionAnswer>();
        routes
            .MapPost(
                "/questions/{slug}/resolution/correct",
                (string slug, ProposeResolution c, HttpContext http, IDocumentSession session) => Propose(slug, c, ProposalKind.Correction, http, session)
            )
            .RequireAuthorization(Policies.Resolve)
            .Knows()
            .Produces<QuestionAnswer>();
        routes.MapPost("/questions/{slug}/resolution/annul", AnnulAsync).RequireAuthorization(Policies.Resolve).Knows().Produces<QuestionAnswer>();
        routes
            .MapPost(
                "/questions/{slug}/resolution/take-back",
                (string slug, ProposeTakingBack c, HttpContext http, IDocumentSession session) =>
                    session.ChangeAsync(
                        http,
                        slug,
                        (q, now) =>
                            ResolutionDecisions.Propose(
                                q,
                                new ResolutionProposed(ProposalKind.TakingBack, OutcomeText.Unresolved, now, c.Reason, c.Evidence ?? [], http.Caller().Slug),
                                now
                            )
                    )
            )
            .RequireAuthorization(Policies.Resolve)
            .Knows()
            .Produces<QuestionAnswer>();
        routes
            .MapPost(
                "/questions/{slug}/resolution/confirm",
                (string slug, ConfirmProposal? c, HttpContext http, IDocumentSession session) =>
                    JudgeAsync(slug, c?.Proposal, http, session, q => ResolutionDecisions.Confirm(q, http.Caller().Slug))
            )
            .RequireAuthorization(Policies.Resolve)
            .Knows()
            .Produces<QuestionAnswer>();
        routes
            .MapPost(
                "/questions/{slug}/resolution/reject",
                (string slug, RejectProposal c, HttpContext http, IDocumentSession session) =>
                    JudgeAsync(slug, c.Proposal, http, session, q => ResolutionDecisions.Reject(q, c.Reason, http.Caller().Slug))
            )
            .RequireAuthorization(Policies.Resolve)
            .Knows()
            .Produces<QuestionAnswer>();
        routes
            .MapPost(
                "/questions/{slug}/resolution/dispute",
                (string slug, DisputeResolution c, HttpContext http, IDocumentSession session) =>
                    DisputeAsync(slug, c.Resolution, http, session, q => ResolutionDecisions.Dispute(q, c.Reason, http.Caller().Slug))
            )
            .RequireAuthorization(Policies.Dispute)
            .Knows()
            .Produces<QuestionAnswer>();
    }

    /// <summary>Confirms or rejects the proposal that the caller has seen: the one named, or the one at the version that If-Match names.</summary>
    private static async Task<IResult> JudgeAsync(string slug, Guid? proposal, HttpContext http, IDocumentSession session, Func<Question, Decision> decide)
    {
        if (proposal is null && http.Request.Headers.IfMatch.Count == 0)
        {
            return Problem.Of(
                StatusCodes.Status428PreconditionRequired,
                "precondition-required",
                "Precondition required",
                "Another proposal may stand than the one that you saw. Send its id as proposal, {\"proposal\":\"…\"}, which the question shows as proposal.id, or the question's ETag as If-Match."
            );
        }

        var recorded = proposal is null
            ? null
            : await LastAsync(slug, http, session, q => q is { Proposal: not null, ProposalId: null }, e => e is ResolutionProposed);
        return await session.ChangeAsync(
            http,
            slug,
            (q, _) =>
                proposal is null || q.Proposal is null || (q.ProposalId ?? recorded) == proposal
                    ? decide(q)
                    : Decision.Conflict(
                        $"Another proposal stands than {proposal}: {q.ProposalId ?? recorded}, by {q.Proposal.ProposedBy}. Read it, and name it instead."
                    )
        );
    }

    /// <summary>Disputes the outcome that the caller has seen: the one named, or the one at the version that If-Match names.</summary>
    private static async Task<IResult> DisputeAsync(string slug, Guid? resolution, HttpContext http, IDocumentSession session, Func<Question, Decision> decide)
    {
        if (resolution is null && http.Request.Headers.IfMatch.Count == 0)
        {
            return Problem.Of(
                StatusCodes.Status428PreconditionRequired,
                "precondition-required",
                "Say which outcome is meant",
                "Another outcome may stand than the one that you saw. Send its id as resolution, {\"resolution\":\"…\"}, which the question shows as "
                    + "resolutionId, or the question's ETag as If-Match."
            );
        }

        var recorded = resolution is null
            ? null
            : await LastAsync(
                slug,
                http,
                session,
                q => q is { Resolution: not null, ResolutionId: null },
                e => e is QuestionResolved or ResolutionCorrected or QuestionAnnulled
            );
        return await session.ChangeAsync(
            http,
            slug,
            (q, _) =>
                resolution is null || q.Resolution is null || (q.ResolutionId ?? recorded) == resolution
                    ? decide(q)
                    : Decision.Conflict($"Another outcome stands than {resolution}: {q.ResolutionId ?? recorded}. Read it, and name it instead.")
        );
    }

    // What an earlier version recorded has its id in the stream alone.
    private static async Task<Guid?> LastAsync(
        string slug,
        HttpContext http,
        IDocumentSession session,
        Func<Question, bool> lacksId,
        Func<object, bool> isMeant
    )
    {
        var key = StreamKeys.Question(slug);
        if (await session.LoadAsync<Question>(key, http.RequestAborted) is not { } question || !lacksId(question))
            return null;
        return (await session.Events.FetchStreamAsync(key, token: http.RequestAborted)).LastOrDefault(e => isMeant(e.Data))?.Id;
    }

    private static async Task<IResult> Propose(string slug, ProposeResolution command, ProposalKind kind, HttpContext http, IDocumentSession session)
    {
        if (command.Outcome.ValueKind is not (JsonValueKind.String or JsonValueKind.Number or JsonValueKind.Object))
        {
            return Problem.Invalid(
                "outcome",
                $$"""{{Shown(command.Outcome)}} is no outcome; it is yes or no, an option, a number, a date, annulled, or options by degrees, such as {"yes":0.6,"no":0.4}."""
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

    private static async Task<IResult> AnnulAsync(string slug, ProposeAnnulment command, HttpContext http, IDocumentSession session)
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
