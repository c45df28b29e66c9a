using Api.Pipeline;
using Api.Problems;
using Api.Requests;
using Domain;
using Domain.Questions;
using Marten;
using Store.Appending;

namespace Api.Questions;

/// <summary>Questions: asked, opened, closed, clarified, and read as of any instant. Each act has a file of its own.</summary>
public static class QuestionEndpoints
{
    /// <summary>Maps every act on questions.</summary>
    public static void MapQuestions(this IEndpointRouteBuilder routes)
    {
        var questions = routes.MapGroup("").WithTags("Questions");
        Draft.Map(questions);
        List.Map(questions);
        Show.Map(questions);
        Open.Map(questions);
        Close.Map(questions);
        Rescheduling.Map(questions);
        Clarifying.Map(questions);
        LoggingEvidence.Map(questions);
        Editing.Map(questions);
        EditHistory.Map(questions);
        Drop.Map(questions);
    }

    /// <summary>Decides on the question as it stands, appends what was decided, and answers the question as it then is.</summary>
    public static Task<IResult> ChangeAsync(this IDocumentSession session, HttpContext http, string slug, Func<Question, DateTimeOffset, Decision> decide) =>
        session.ChangeAsync(http, slug, (question, now) => Task.FromResult(decide(question, now)));

    /// <inheritdoc cref="ChangeAsync(IDocumentSession, HttpContext, string, Func{Question, DateTimeOffset, Decision})"/>
    public static async Task<IResult> ChangeAsync(
        this IDocumentSession session,
        HttpContext http,
        string slug,
        Func<Question, DateTimeOffset, Task<Decision>> decide
    )
    {
        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted);
        if (question is null)
            return Missing(slug);
        if (EntityTags.Stale(http, question.Version) is { } stale)
            return stale;
        var now = http.Now();
        var decision = await decide(question, now);
        if (decision.IsRefused)
            return Problem.For(decision);
        var recorded = session.Append(question.Id, question.Version, decision.Events, now);
        await http.SaveAsync(session);
        var changed = recorded.Aggregate(question, (q, e) => q.After(e.Data, e.Id)) with { Version = question.Version + recorded.Count };
        return EntityTags.Tagged(http, QuestionAnswer.Of(changed), changed.Version);
    }

    /// <summary>The questions whose condition is an outcome of a question.</summary>
    public static async Task<IReadOnlyList<Question>> DependantsAsync(this IQuerySession session, string slug, CancellationToken token) =>
        [.. await session.Query<Question>().Where(q => q.Condition!.Question == slug).ToListAsync(token)];

    /// <summary>A 404 for a slug that names no question.</summary>
    public static IResult Missing(string slug) => Problem.NotFound($"There is no question '{slug}'.");
}
