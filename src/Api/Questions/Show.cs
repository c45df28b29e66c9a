using Api.Authorization;
using Api.Endpoints;
using Api.Limits;
using Api.Requests;
using Domain;
using Domain.Questions;
using Marten;

namespace Api.Questions;

/// <summary>Shows a question.</summary>
public static class Show
{
    /// <summary>Maps <c>GET /questions/{slug}</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/questions/{slug}", ShowAsync)
            .LimitsConcurrency()
            .RequireAuthorization(Policies.Read)
            .Knows([.. QueryParameters.AsOfAndKnownAt])
            .Produces<QuestionAnswer>();

    /// <summary>Show a question</summary>
    public static async Task<IResult> ShowAsync(string slug, HttpContext http, IQuerySession session)
    {
        var at = http.Request.PointInTime();
        // A draft that was dropped since is there as of before.
        if (!at.IsPresent)
        {
            return (await EarlierQuestions.AtAsync(session, [slug], at, http.RequestAborted)) is [var then]
                ? EntityTags.Tagged(http, QuestionAnswer.Of(then))
                : QuestionEndpoints.Missing(slug);
        }

        var current = await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted);
        return current is null ? QuestionEndpoints.Missing(slug) : EntityTags.Tagged(http, QuestionAnswer.Of(current), current.Version);
    }
}
