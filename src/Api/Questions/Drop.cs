using Api.Authorization;
using Api.Endpoints;
using Api.Pipeline;
using Api.Problems;
using Api.Requests;
using Domain;
using Domain.Questions;
using Marten;
using Store.Appending;
using Store.GroupCommit;

namespace Api.Questions;

/// <summary>Drops a draft.</summary>
public static class Drop
{
    /// <summary>Maps <c>DELETE /questions/{slug}</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapDelete("/questions/{slug}", DropAsync).RequireAuthorization(Policies.WriteQuestions).Knows().Produces(StatusCodes.Status204NoContent);

    /// <summary>Drop a draft</summary>
    /// <remarks>
    /// From then on there is no such question; what it was stays in the audit trail, and is shown as of the instants before. Its slug is not given out again.
    /// A question that was opened is not dropped (409): propose to annul it.
    /// </remarks>
    public static async Task<IResult> DropAsync(string slug, HttpContext http, IDocumentSession session)
    {
        if (await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted) is not { } question)
            return QuestionEndpoints.Missing(slug);
        if (EntityTags.Stale(http, question.Version) is { } stale)
            return stale;
        var now = http.Now();
        await session.BeginTransactionAsync(http.RequestAborted);
        await session.LockQuestionForChangeAsync(slug, http.RequestAborted);
        var decision = QuestionDecisions.Drop(question, await session.DependantsAsync(slug, http.RequestAborted), now);
        if (decision.IsRefused)
            return Problem.For(decision);
        session.Append(question.Id, question.Version, decision.Events, now);
        await http.SaveAsync(session);
        return Results.NoContent();
    }
}
