using Api.Authorization;
using Api.Pipeline;
using Api.Problems;
using Api.Questions;
using Api.Requests;
using Domain;
using Domain.Forecasts;
using Domain.Questions;
using Marten;
using Store.Appending;
using Store.GroupCommit;
using Store.Reading;

namespace Api.Forecasts;

/// <summary>
/// Forecasts whose answer is kept under an Idempotency-Key: they are recorded in the transaction that keeps the answer, and so share no commit
/// with others.
/// </summary>
internal static class IdempotentForecasts
{
    public static Task<IResult> StateAsync(Question question, Statement statement, ForecastBody body, HttpContext http) =>
        RecordAsync(
            question.Slug,
            http,
            (asked, forecast, now) =>
                ForecastDecisions.State(
                    asked,
                    forecast,
                    new ForecastCommand(http.Caller().Slug, http.Caller().Kind, statement, body.Rationale, body.Evidence ?? [], body.ExpiresAt),
                    now
                ),
            (asked, now, version) =>
            {
                var caller = http.Caller();
                var answer = ForecastEndpoints.Answer(
                    asked,
                    new RecordedStep(Guid.Empty, 0, "", caller.Slug, caller.Kind, now, now, statement, body.Rationale, body.ExpiresAt, false, caller.Slug)
                );
                http.Response.Headers.ETag = EntityTags.OfVersion(version);
                return version == 1 ? Results.Created($"/questions/{asked.Slug}/forecasts/{caller.Slug}", answer) : Results.Ok(answer);
            }
        );

    public static Task<IResult> WithdrawAsync(string slug, HttpContext http) =>
        RecordAsync(slug, http, ForecastDecisions.Withdraw, (_, _, _) => Results.NoContent());

    private static async Task<IResult> RecordAsync(
        string slug,
        HttpContext http,
        Func<Question, Forecast?, DateTimeOffset, Decision> decide,
        Func<Question, DateTimeOffset, long, IResult> answer
    )
    {
        var session = http.RequestServices.GetRequiredService<IDocumentSession>();
        // Held before it is read: a close that is under way is waited for and seen, one that comes later waits for this commit.
        await session.LockQuestionAsync(slug, http.RequestAborted);
        if (await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted) is not { } question)
            return QuestionEndpoints.Missing(slug);
        var key = StreamKeys.Forecast(slug, http.Caller().Slug);
        var forecast = await session.Events.AggregateStreamAsync<Forecast>(key, token: http.RequestAborted);
        if (EntityTags.Stale(http, forecast?.Version ?? 0) is { } stale)
            return stale;
        var now = http.Now();
        var decision = decide(question, forecast, now);
        if (decision.IsRefused)
            return Problem.For(decision);
        if (forecast is null)
            session.Start<Forecast>(key, decision.Events, now);
        else
            session.Append(key, forecast.Version, decision.Events, now);
        await http.SaveAsync(session);
        return answer(question, now, (forecast?.Version ?? 0) + decision.Events.Count);
    }
}
