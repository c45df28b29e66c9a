using System.ComponentModel.DataAnnotations;
using Api.Authorization;
using Api.Endpoints;
using Api.Pipeline;
using Api.Problems;
using Api.Requests;
using Domain.Erasures;
using Domain.People;
using Store.Erasing;

namespace Api.Audit;

/// <summary>What of an event is erased.</summary>
/// <param name="Reason">Why. It is recorded, and shows nothing of what is erased.</param>
/// <param name="Texts">The fields, such as <c>rationale</c> or <c>evidence</c>; every text where it is left out.</param>
public sealed record EraseEvent(
    [property: StringLength(ErasureDecisions.MaxReason, MinimumLength = 1)] string Reason,
    [property: MinLength(1), MaxLength(ErasureDecisions.MaxFields)] IReadOnlyList<string>? Texts = null
);

/// <summary>Texts that were erased in an event.</summary>
/// <param name="EventId">The id of the event.</param>
/// <param name="Texts">Which of its free texts, from 0: the places of their commitments in the leaf's <c>text</c>.</param>
public sealed record ErasedTextsAnswer(Guid EventId, IReadOnlyList<int> Texts);

/// <summary>What was erased.</summary>
/// <param name="Stream">The stream of the event, in which the erasure is recorded.</param>
/// <param name="ErasedAt">When; it stands in the places of the texts.</param>
/// <param name="Erased">The event's texts, and the same texts elsewhere in its stream.</param>
public sealed record ErasureAnswer(string Stream, DateTimeOffset ErasedAt, IReadOnlyList<ErasedTextsAnswer> Erased);

/// <summary>Erases texts of an event.</summary>
public static class EraseTexts
{
    private const string RetryAfter = "1";

    /// <summary>Maps <c>POST /audit/events/{eventId}/erasure</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/audit/events/{eventId}/erasure", EraseAsync).RequireAuthorization(Policies.Erase).Knows().Produces<ErasureAnswer>();

    /// <summary>Erase texts of an event</summary>
    /// <remarks>
    /// A forecaster erases the rationale and evidence of their own forecasts; an admin erases any text. The event stays, and its leaf; the same text elsewhere
    /// in the stream goes too.
    /// </remarks>
    /// <param name="command" example='{"texts":["rationale"],"reason":"It names a person."}'>What is erased.</param>
    public static async Task<IResult> EraseAsync(string eventId, EraseEvent command, HttpContext http)
    {
        await using var transaction = await RequestTransaction.BeginAsync(http);
        var (session, token) = (transaction.Session, http.RequestAborted);
        if (!Guid.TryParseExact(eventId, "D", out var id) || await StreamTexts.FindAsync(session, id, token) is not { } found)
            return Problem.NotFound($"There is no event '{eventId}'.");
        var caller = http.Caller();
        if (!ErasureDecisions.MayErase(found.Event.Stream, caller.Slug, caller.Roles.Contains(Role.Admin)))
            return Problem.Of(
                403,
                "forbidden",
                "Forbidden",
                "You can erase texts of your own forecasts. The texts of other events are erased by somebody with the role admin."
            );
        if (EntityTags.Stale(http, await StreamTexts.VersionAsync(session, found.Event.Stream, token)) is { } stale)
            return stale;
        var texts = ErasureDecisions.Choose(found.Erasable, command.Texts, command.Reason, out var refused);
        if (refused is not null)
            return Problem.For(refused);
        try
        {
            var (says, version) = await new Erasures(session, http.Now()).TextsAsync(found, texts.Select(t => t.Index).ToHashSet(), command.Reason, token);
            await transaction.CommitAsync(http);
            http.Response.Headers.ETag = EntityTags.OfVersion(version);
            return Results.Ok(new ErasureAnswer(found.Event.Stream, says.ErasedAt, [.. says.Erased.Select(e => new ErasedTextsAnswer(e.Event, e.Texts))]));
        }
        catch (UnloggedEventException)
        {
            return NotYet(http);
        }
    }

    /// <summary>A 503 for an event that the ledger has not taken in. It is kept under no key, so that a repetition does it.</summary>
    internal static IResult NotYet(HttpContext http)
    {
        http.Response.Headers.RetryAfter = RetryAfter;
        return Problem.Of(
            503,
            "unavailable",
            "Not in the ledger yet",
            "What was just recorded is erased once it has its leaf in the ledger, which takes a second. Repeat the request."
        );
    }
}
