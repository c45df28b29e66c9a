using System.Text.Json;
using Api.Authorization;
using Api.Endpoints;
using Api.Questions;
using Api.Requests;
using Domain;
using Domain.Questions;
using Domain.Resolutions;
using JasperFx.Events;
using Marten;
using Npgsql;
using Store.Events;
using Store.Ledger;
using Store.Reading;

namespace Api.Resolutions;

/// <summary>One step on the way of a question's outcome.</summary>
/// <param name="Actor">Who gave the command: a person, or <c>worker</c> where it followed from a condition.</param>
/// <param name="Kind">What a proposal would do.</param>
/// <param name="ProposedBy">Who proposed it here; left out where it was imported.</param>
/// <param name="ConfirmedBy">Who confirmed it here; left out where it was imported.</param>
/// <param name="Imported">True where it comes from a log of history, for which the actor answers.</param>
/// <param name="Claims">Whom that log names as proposer and confirmer; nobody here has checked it.</param>
/// <param name="Linked">True where proposer and confirmer had tokens issued by one another, or by the same person, in the day before; else left out.</param>
/// <param name="LinkedBecause">Who issued a token of whom, where they are linked.</param>
/// <param name="LedgerIndex">The index of its leaf in the ledger; left out where it has none (yet).</param>
public sealed record ResolutionStep(
    Guid EventId,
    string Type,
    DateTimeOffset RecordedAt,
    string? Actor,
    string Reason,
    ProposalKind? Kind = null,
    JsonElement? Outcome = null,
    DateTimeOffset? KnownAt = null,
    IReadOnlyList<string>? Evidence = null,
    string? ProposedBy = null,
    string? ConfirmedBy = null,
    string? FailedCondition = null,
    bool? Imported = null,
    ClaimedNames? Claims = null,
    bool? Linked = null,
    string? LinkedBecause = null,
    long? LedgerIndex = null
);

/// <summary>How a question's outcome stands, and everything that was ever said on the way to it.</summary>
public sealed record ResolutionAnswer(
    string Question,
    QuestionStatus Status,
    JsonElement? Outcome,
    DateTimeOffset? KnownAt,
    bool Disputed,
    ProposalAnswer? Proposal,
    IReadOnlyList<ResolutionStep> Steps
);

/// <summary>Reads who proposed, confirmed, rejected and disputed what, when, and why; nothing of it is ever lost.</summary>
public static class ResolutionHistory
{
    /// <summary>Maps <c>GET /questions/{slug}/resolution</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/questions/{slug}/resolution", GetAsync).RequireAuthorization(Policies.Read).Knows().Produces<ResolutionAnswer>();

    /// <summary>Show how a question's outcome came to stand</summary>
    public static async Task<IResult> GetAsync(string slug, HttpContext http, IQuerySession session, NpgsqlDataSource database, LedgerReader ledger)
    {
        var key = StreamKeys.Question(slug);
        if (await session.LoadAsync<Question>(key, http.RequestAborted) is not { } question)
            return QuestionEndpoints.Missing(slug);
        var events = await ResolutionLog.OfAsync(session, slug, http.RequestAborted);
        await using var connection = await database.OpenConnectionAsync(http.RequestAborted);
        var linked = (await LinkedConfirmations.FindAsync(connection, slug, http.RequestAborted)).ToDictionary(l => l.EventId, l => l.Because);
        var steps = events.Select(e => Step(question, e)).OfType<ResolutionStep>().ToList();
        var leaves = await ledger.IndexesAsync([.. steps.Select(s => s.EventId)], http.RequestAborted);
        var now = QuestionAnswer.Of(question);
        return EntityTags.Tagged(
            http,
            new ResolutionAnswer(slug, now.Status, now.Outcome, now.KnownAt, question.Disputed, now.Proposal, [.. steps.Select(Linked).Select(Leaf)]),
            question.Version
        );

        ResolutionStep Linked(ResolutionStep step) =>
            linked.TryGetValue(step.EventId, out var because) ? step with { Linked = true, LinkedBecause = because } : step;

        ResolutionStep Leaf(ResolutionStep step) => leaves.TryGetValue(step.EventId, out var index) ? step with { LedgerIndex = index } : step;
    }

    private static ResolutionStep? Step(Question question, IEvent e)
    {
        ResolutionStep Because(string reason) => new(e.Id, e.Data.GetType().Name, e.Timestamp, e.UserName, reason);
        JsonElement Outcome(string outcome, DateTimeOffset knownAt = default) =>
            QuestionAnswer.OutcomeJson(question.Type, OutcomeText.OfRecord(question, outcome, knownAt));
        return e.Data switch
        {
            ResolutionProposed p => Because(p.Reason) with
            {
                Kind = p.Kind,
                Outcome = Outcome(p.Outcome, p.KnownAt),
                KnownAt = p.KnownAt,
                Evidence = p.Evidence,
                ProposedBy = p.ProposedBy,
            },
            IConfirmedOutcome o => Because(o.Reason) with
            {
                Outcome = Outcome(o.Outcome, o.KnownAt),
                KnownAt = o.KnownAt,
                Evidence = o.Evidence,
                ProposedBy = o.Imported ? null : o.ProposedBy,
                ConfirmedBy = o.Imported ? null : o.ConfirmedBy,
                Imported = o.Imported ? true : null,
                Claims = Named(ClaimedNames.Of(o.Imported, o.Claims, o.ProposedBy, o.ConfirmedBy)),
                FailedCondition = (o as QuestionAnnulled)?.FailedCondition,
            },
            ResolutionTakenBack t => Because(t.Reason) with
            {
                Outcome = Outcome(OutcomeText.Unresolved),
                KnownAt = t.KnownAt,
                Evidence = t.Evidence,
                ProposedBy = t.Imported ? null : t.ProposedBy,
                ConfirmedBy = t.Imported ? null : t.TakenBackBy,
                Imported = t.Imported ? true : null,
                Claims = Named(ClaimedNames.Of(t.Imported, t.Claims, t.ProposedBy, t.TakenBackBy)),
            },
            ResolutionRejected r => Because(r.Reason),
            ResolutionDisputed d => Because(d.Reason),
            _ => null,
        };
    }

    private static ClaimedNames? Named(ClaimedNames? claims) => claims is { ProposedBy: null, ConfirmedBy: null } ? null : claims;
}
