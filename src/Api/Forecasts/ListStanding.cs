using Api.Authorization;
using Api.Endpoints;
using Api.Limits;
using Api.Paging;
using Api.Pipeline;
using Api.Questions;
using Api.Requests;
using Domain;
using Domain.Questions;
using Marten;
using Store.Reading;

namespace Api.Forecasts;

/// <summary>Lists what stands on a question.</summary>
public static class ListStanding
{
    /// <summary>Maps <c>GET /questions/{slug}/forecasts</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/questions/{slug}/forecasts", ListAsync)
            .LimitsConcurrency()
            .RequireAuthorization(Policies.Read)
            .Knows([.. QueryParameters.AsOfAndKnownAt, .. PageParameters.All])
            .Produces<Page<ForecastAnswer>>();

    /// <summary>List everyone's standing forecasts</summary>
    public static async Task<IResult> ListAsync(string slug, HttpContext http, IQuerySession session)
    {
        var (limit, after) = (http.Request.Limit(), http.Request.Cursor() ?? "");
        var (asOf, knownAt) = (http.Request.Instant(QueryParameters.AsOf), http.Request.Instant(QueryParameters.KnownAt));
        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted);
        if (question is null)
            return QuestionEndpoints.Missing(slug);
        var standing = await ForecastLog.StandingAsync(session, slug, asOf ?? http.Now(), knownAt, after, limit + 1, http.RequestAborted);
        return Results.Ok(Page<ForecastAnswer>.Of([.. standing.Select(s => ForecastEndpoints.Answer(question, s.ShownTo(http)))], limit, f => f.Analyst));
    }
}
