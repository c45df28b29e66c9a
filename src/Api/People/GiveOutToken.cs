using System.ComponentModel.DataAnnotations;
using Api.Authorization;
using Api.Endpoints;
using Api.Pipeline;
using Api.Questions;
using Domain.People;
using Marten;
using Store.People;

namespace Api.People;

/// <summary>A token that is given out.</summary>
/// <param name="ExpiresAt">The instant from which the token is refused; null for never.</param>
/// <param name="Scopes">The owner's roles that the token shall carry; all of them where it is left out.</param>
public sealed record IssueToken(DateTimeOffset? ExpiresAt = null, [property: MinLength(1)] IReadOnlyList<Role>? Scopes = null);

/// <summary>Gives out a token.</summary>
public static class GiveOutToken
{
    /// <summary>Maps <c>POST /analysts/{analyst}/tokens</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/analysts/{analyst}/tokens", IssueAsync).RequireAuthorization(Policies.KeepPeople).Knows().ShowsSecret().Produces<IssuedToken>(201);

    /// <summary>Give out a token</summary>
    /// <remarks>The answer shows the token, this once.</remarks>
    /// <param name="command" example='{"scopes":["analyst"],"expiresAt":"2036-01-01T00:00:00Z"}'>The token.</param>
    public static async Task<IResult> IssueAsync(string analyst, IssueToken command, HttpContext http, IDocumentSession session)
    {
        var (token, issued) = BearerTokens.Issue(command.ExpiresAt, command.Scopes);
        return await PeopleEndpoints.ChangeAsync(
            analyst,
            http,
            session,
            found => AnalystDecisions.Issue(found, issued, http.Now()),
            _ => Results.Created($"/analysts/{analyst}/tokens/{issued.TokenId}", IssuedToken.Of(analyst, token, issued))
        );
    }
}
