using Api.Authorization;
using Api.Endpoints;
using Api.Pipeline;
using Api.Problems;
using Api.Questions;
using Api.Requests;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Store.GroupCommit;
using Store.Reading;

namespace Api.Forecasts;

/// <summary>States a forecast of one's own.</summary>
public static class State
{
    /// <summary>Maps <c>PUT /questions/{slug}/forecast</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPut("/questions/{slug}/forecast", StateAsync)
            .RequireAuthorization(Policies.Forecast)
            .SubmitsOnly()
            .Knows()
            .Produces<ForecastAnswer>()
            .Produces<ForecastAnswer>(201);

    /// <summary>Submit or revise one's forecast</summary>
    /// <remarks>
    /// State exactly one of probability, term, probabilities, quantiles and seal. Whoever states a seal promises to reveal it after the close. Until
    /// then it stands in no consensus, and it is scored as `reference:uniform`.
    /// </remarks>
    /// <param name="body" example='{"term":"likely","scale":"phia","rationale":"Clouds."}'>The forecast.</param>
    public static async Task<IResult> StateAsync(
        string slug,
        ForecastBody body,
        HttpContext http,
        GroupCommitQueue submissions,
        QuestionCache questions,
        ForecastReceipts receipts
    )
    {
        if (await questions.FindAsync(slug, http.RequestAborted) is not { } question)
            return await ForecastEndpoints.RefusedAsync(http, QuestionEndpoints.Missing(slug));
        if (body.ToStatement(question, out var problem) is not { } statement)
            return await ForecastEndpoints.RefusedAsync(http, problem!);
        ForecastCommand By(Analyst caller) => new(new ForecasterName(caller.Slug), caller.Kind, statement, body.Rationale, body.Evidence ?? [], body.ExpiresAt);
        // A draft's options can change until it is opened, so what was read by them is not decided on later.
        if (question.Status == QuestionStatus.Draft)
            return await ForecastEndpoints.RefusedAsync(http, Problem.For(ForecastDecisions.State(question, null, By(http.Caller()), http.Now())));
        // What is wrong whatever the question's state waits for no commit, and takes no room; which of two wrongs is said is as if it had.
        if (
            !RequestSessions.KeepsAnswer(http)
            && ForecastDecisions.Check(question, By(http.Caller()), http.Now()) is not null
            && await questions.FindNowAsync(slug, http.RequestAborted) is { } asked
        )
        {
            return await ForecastEndpoints.RefusedAsync(http, Problem.For(ForecastDecisions.State(asked, null, By(http.Caller()), http.Now())));
        }

        var outcome = await submissions.SubmitAsync(http, slug, By);
        if (outcome is not SubmissionOutcome.Recorded recorded)
            return await ForecastEndpoints.RefusedAsync(http, SubmissionProblems.For(outcome, slug, http));
        var caller = http.Caller();
        var step = RecordedStep.Of(recorded.Event, recorded.EventId, sequence: 0, recorded.At, caller.Slug)!;
        var answer = ForecastEndpoints.Answer(question, step);
        http.Response.Headers.ETag = EntityTags.OfVersion(recorded.Version);
        receipts.Give(http, recorded);
        return recorded.Version == 1 ? Results.Created($"/questions/{slug}/forecasts/{caller.Slug}", answer) : Results.Ok(answer);
    }
}
