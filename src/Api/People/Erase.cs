using System.ComponentModel.DataAnnotations;
using Api.Audit;
using Api.Authorization;
using Api.Endpoints;
using Api.Pipeline;
using Api.Problems;
using Api.Requests;
using Domain;
using Domain.Erasures;
using Domain.People;
using Marten;
using Store.Erasing;

namespace Api.People;

/// <summary>A person who is erased.</summary>
/// <param name="Reason">Why. It is recorded, and shows nothing of what is erased.</param>
public sealed record ErasePerson([property: StringLength(ErasureDecisions.MaxReason, MinimumLength = 1)] string Reason);

/// <summary>How much of a person was erased.</summary>
/// <param name="Analyst">The name by which the analyst was and is addressed. It stays, and the forecasts and scores under it.</param>
/// <param name="ErasedAt">When; it stands in the places of the texts.</param>
/// <param name="Events">In how many events.</param>
/// <param name="Texts">How many texts, the name and the identity among them.</param>
/// <param name="Version">The version of the analyst.</param>
public sealed record ErasedPersonAnswer(string Analyst, DateTimeOffset ErasedAt, int Events, int Texts, long Version);

/// <summary>Erases a person.</summary>
public static class Erase
{
    /// <summary>Maps <c>POST /analysts/{analyst}/erasure</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/analysts/{analyst}/erasure", EraseAsync).RequireAuthorization(Policies.KeepPeople).Knows().Produces<ErasedPersonAnswer>();

    /// <summary>Erase a person</summary>
    /// <remarks>
    /// The name, the identity, tokens, roles and webhooks, why the person forecast so, and what the person wrote about questions and outcomes. Forecasts and
    /// scores stay under the name by which the analyst is addressed.
    /// </remarks>
    /// <param name="command" example='{"reason":"Asked for by the person."}'>Why.</param>
    public static async Task<IResult> EraseAsync(string analyst, ErasePerson command, HttpContext http)
    {
        await using var transaction = await RequestTransaction.BeginAsync(http);
        var (session, token) = (transaction.Session, http.RequestAborted);
        if (await session.LoadAsync<Analyst>(StreamKeys.Analyst(analyst), token) is not { } found)
            return PeopleEndpoints.Missing(analyst);
        if (EntityTags.Stale(http, found.Version) is { } stale)
            return stale;
        if (ErasureDecisions.RefuseToErase(found.Slug, http.Caller().Slug, found.ErasedAt is not null, command.Reason) is { } refused)
            return Problem.For(refused);
        var now = http.Now();
        try
        {
            var erased = await new Erasures(session, now).PersonAsync(found, command.Reason, token);
            await transaction.CommitAsync(http);
            http.Response.Headers.ETag = EntityTags.OfVersion(erased.Version);
            return Results.Ok(new ErasedPersonAnswer(found.Slug, now, erased.Events, erased.Texts, erased.Version));
        }
        catch (UnloggedEventException)
        {
            return EraseTexts.NotYet(http);
        }
    }
}
