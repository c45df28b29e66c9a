using Api.Authorization;
using Api.Pipeline;
using Api.Problems;
using Api.Requests;
using Domain;
using Domain.People;
using Marten;
using Store.Appending;

namespace Api.People;

/// <summary>People, their roles and their tokens. Each act has a file of its own.</summary>
public static class PeopleEndpoints
{
    /// <summary>Maps every act on people.</summary>
    public static void MapPeople(this IEndpointRouteBuilder routes)
    {
        var people = routes.MapGroup("").WithTags("People");
        Register.Map(people);
        ListAnalysts.Map(people);
        ShowAnalyst.Map(people);
        ShowMe.Map(people);
        ChangeRoles.Map(people);
        GiveOutToken.Map(people);
        ListTokens.Map(people);
        RevokeToken.Map(people);
        Erase.Map(people);
    }

    /// <summary>Decides on the analyst as it stands, appends what was decided, and answers.</summary>
    internal static async Task<IResult> ChangeAsync(
        string analyst,
        HttpContext http,
        IDocumentSession session,
        Func<Analyst, Decision> decide,
        Func<Analyst, IResult> answer
    )
    {
        var found = await session.LoadAsync<Analyst>(StreamKeys.Analyst(analyst), http.RequestAborted);
        if (found is null)
            return Missing(analyst);
        if (EntityTags.Stale(http, found.Version) is { } stale)
            return stale;
        var decision = decide(found);
        if (decision.IsRefused)
            return Problem.For(decision);
        session.Append(found.Id, found.Version, decision.Events, http.Now());
        await http.SaveAsync(session);
        var changed = decision.Events.Aggregate(found, (a, e) => Analyst.After(a, found.Id, e)!) with { Version = found.Version + decision.Events.Count };
        http.Response.Headers.ETag = EntityTags.OfVersion(changed.Version);
        return answer(changed);
    }

    /// <summary>Answers the analyst with its version.</summary>
    internal static IResult Answer(HttpContext http, Analyst analyst) =>
        EntityTags.Tagged(http, AnalystAnswer.Of(analyst, http.CallerIfAny()), analyst.Version);

    /// <summary>A 404 for a name that nobody has.</summary>
    internal static IResult Missing(string analyst) => Problem.NotFound($"There is no analyst '{analyst}'.");
}
