using System.ComponentModel.DataAnnotations;
using Api.Authorization;
using Api.Endpoints;
using Api.Pipeline;
using Api.Problems;
using Api.Requests;
using Domain;
using Domain.People;
using Marten;
using Store.Appending;
using Store.People;

namespace Api.People;

/// <summary>An analyst who is let in.</summary>
/// <param name="Analyst">The name by which the analyst is addressed; it never changes.</param>
/// <param name="Name">What the analyst is called.</param>
/// <param name="Roles">What the analyst may do.</param>
/// <param name="Kind">person, bot or document.</param>
public sealed record RegisterAnalyst(
    [property: RegularExpression(StreamKeys.SlugPattern)] string Analyst,
    [property: StringLength(AnalystDecisions.MaxName, MinimumLength = 1)] string Name,
    IReadOnlyList<Role> Roles,
    ForecasterKind Kind = ForecasterKind.Person
);

/// <summary>Registers an analyst.</summary>
public static class Register
{
    /// <summary>Maps <c>POST /analysts</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/analysts", RegisterAsync).RequireAuthorization(Policies.KeepPeople).Knows().ShowsSecret().Produces<IssuedToken>(201);

    /// <summary>Register an analyst</summary>
    /// <remarks>The answer shows the first token, this once; repeated with the same Idempotency-Key and token it shows it again.</remarks>
    /// <param name="command" example='{"analyst":"ana","name":"Ana Lyst","roles":["analyst"]}'>The analyst.</param>
    public static async Task<IResult> RegisterAsync(RegisterAnalyst command, HttpContext http, IDocumentSession session)
    {
        var registered = new AnalystRegistered(command.Analyst, command.Name, command.Kind, [.. command.Roles.Distinct().Order()]);
        var decision = AnalystDecisions.Register(registered);
        if (decision.IsRefused)
            return Problem.For(decision);
        if (await session.LoadAsync<Analyst>(StreamKeys.Analyst(command.Analyst), http.RequestAborted) is not null)
        {
            return Problem.Of(409, "conflict", "Name taken", $"There is an analyst '{command.Analyst}' already; choose another name.");
        }

        var (token, issued) = BearerTokens.Issue(expiresAt: null);
        session.Start<Analyst>(StreamKeys.Analyst(command.Analyst), [.. decision.Events, issued], http.Now());
        await http.SaveAsync(session);
        http.Response.Headers.ETag = EntityTags.OfVersion(decision.Events.Count + 1);
        return Results.Created($"/analysts/{command.Analyst}", IssuedToken.Of(command.Analyst, token, issued));
    }
}
