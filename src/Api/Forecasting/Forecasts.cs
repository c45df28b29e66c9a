using Api.Access;
using Api.AskingQuestions;
using Api.Http;
using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Marten;
using Microsoft.AspNetCore.Mvc;
using Store.Forecasts;
using Store.Submitting;

namespace Api.Forecasting;

public sealed record ForecastAnswer(
    string Analyst,
    ForecasterKind Kind,
    DateTimeOffset MadeAt,
    DateTimeOffset RecordedAt,
    double? Probability,
    IReadOnlyDictionary<string, double>? Probabilities,
    IReadOnlyList<QuantileBody>? Quantiles,
    VerbalStatement? Verbal,
    string? Term,
    string? Rationale,
    DateTimeOffset? ExpiresAt,
    bool Imported);

public sealed record StepAnswer(
    Guid EventId,
    string Type,
    DateTimeOffset MadeAt,
    DateTimeOffset RecordedAt,
    string? Actor,
    StatementAnswer? Before,
    StatementAnswer? After,
    string? Rationale,
    bool Imported);

/// <summary>A forecast's steps in the order in which they were made; <paramref name="Next"/> is there where they go on.</summary>
public sealed record HistoryAnswer(string Question, string Analyst, IReadOnlyList<StepAnswer> Steps, string? Next = null);

/// <summary>Forecasts: stated, revised, withdrawn, and read as of any instant and as known at any.</summary>
public static class Forecasts
{
    public static void MapForecasts(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/questions/{slug}/forecast", StateAsync).Submits(Role.Analyst).Knows().Produces<ForecastAnswer>().Produces<ForecastAnswer>(201);
        routes.MapDelete("/questions/{slug}/forecast", WithdrawAsync).Submits(Role.Analyst).Knows().Produces(204);
        routes.MapPost("/forecasts", ManyForecasts.SubmitAsync).Submits(Role.Analyst).Knows()
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .Accepts<ForecastLine>(ManyForecasts.ContentType, "application/ndjson", "application/jsonl", "application/json", "text/plain").Produces<ForecastLineAnswer>(200, ManyForecasts.ContentType);
        routes.MapGet("/questions/{slug}/forecasts", ListAsync).Reads().Knows("asOf", "knownAt", "limit", "cursor").Produces<Page<ForecastAnswer>>();
        routes.MapGet("/questions/{slug}/forecasts/{analyst}", HistoryAsync).Reads().Knows("cursor").Produces<HistoryAnswer>();
        routes.MapGet("/scales", () => Results.Ok(new { items = Domain.VerbalScales.VerbalScales.All, next = (string?)null })).Reads().Knows();
    }

    private static async Task<IResult> StateAsync(string slug, ForecastBody body, HttpContext http, Submissions submissions, QuestionsAtHand questions)
    {
        if (await questions.FindAsync(slug, http.RequestAborted) is not { } question) return Questions.Missing(slug);
        if (body.ToStatement(question, out var problem) is not { } statement) return problem!;
        ForecastCommand By(Analyst caller) => new(caller.Slug, caller.Kind, statement, body.Rationale, body.Evidence ?? [], body.ExpiresAt);
        if (ForecastDecisions.Check(question, By(http.Caller()), http.Now()) is { } invalid) return Problems.For(invalid);

        var outcome = await submissions.SubmitAsync(http, slug, By);
        if (outcome is not SubmissionOutcome.Recorded recorded) return SubmissionProblems.For(outcome, slug, http);
        var caller = http.Caller();
        var answer = Answer(question, new RecordedStep(
            recorded.EventId, 0, "", caller.Slug, caller.Kind, recorded.At, recorded.At, statement, body.Rationale, body.ExpiresAt, false, caller.Slug));
        http.Response.Headers.ETag = EntityTags.OfVersion(recorded.Version);
        return recorded.Version == 1 ? Results.Created($"/questions/{slug}/forecasts/{caller.Slug}", answer) : Results.Ok(answer);
    }

    private static async Task<IResult> WithdrawAsync(string slug, HttpContext http, Submissions submissions)
    {
        var outcome = await submissions.SubmitAsync(http, slug, command: null);
        return outcome is SubmissionOutcome.Recorded ? Results.NoContent() : SubmissionProblems.For(outcome, slug, http);
    }

    private static async Task<IResult> ListAsync(string slug, HttpContext http, IQuerySession session)
    {
        var (limit, after) = (http.Request.Limit(), http.Request.Cursor() ?? "");
        var (asOf, knownAt) = (http.Request.Instant("asOf"), http.Request.Instant("knownAt"));
        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted);
        if (question is null) return Questions.Missing(slug);
        var standing = await ForecastLog.StandingAsync(session, slug, asOf ?? http.Now(), knownAt, after, limit + 1, http.RequestAborted);
        return Results.Ok(Page<ForecastAnswer>.Of([.. standing.Select(s => Answer(question, s))], limit, f => f.Analyst));
    }

    private static async Task<IResult> HistoryAsync(string slug, string analyst, HttpContext http, IQuerySession session)
    {
        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted);
        if (question is null) return Questions.Missing(slug);
        var from = StepCursor.Read(http.Request);
        var steps = await ForecastLog.HistoryAsync(session, slug, analyst, from, http.RequestAborted);
        if (steps.Count == 0) return Problems.NotFound($"'{analyst}' has made no forecast on '{slug}'.");

        // A later page starts from the last step of the one before it, which says what stood.
        var page = steps.Take(ForecastLog.MostSteps).ToList();
        var answers = new List<StepAnswer>(page.Count);
        StatementAnswer? before = null;
        foreach (var (i, step) in page.Index())
        {
            var after = StatementAnswer.Of(question, step.Statement);
            if (i > 0 || from is null) answers.Add(new StepAnswer(step.EventId, step.Type, step.MadeAt, step.RecordedAt, step.Actor, before, after, step.Rationale, step.Imported));
            before = after;
        }

        var next = steps.Count > page.Count ? StepCursor.Write(page[^1]) : null;
        return EntityTags.Tagged(http, new HistoryAnswer(slug, analyst, answers, next), await ForecastLog.VersionAsync(session, slug, analyst, http.RequestAborted));
    }

    private static ForecastAnswer Answer(Question question, RecordedStep s)
    {
        var stated = StatementAnswer.Of(question, s.Statement)!;
        return new ForecastAnswer(
            s.Forecaster, s.Kind, s.MadeAt, s.RecordedAt, stated.Probability, stated.Probabilities, stated.Quantiles, stated.Verbal, stated.Term,
            s.Rationale, s.ExpiresAt, s.Imported);
    }
}
