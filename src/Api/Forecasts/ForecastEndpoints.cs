using Api.Authorization;
using Api.ContentNegotiation;
using Api.Endpoints;
using Api.Limits;
using Api.Paging;
using Api.Pipeline;
using Api.Problems;
using Api.Questions;
using Api.Requests;
using Domain;
using Domain.Consensus;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.VerbalScales;
using Marten;
using Store.GroupCommit;
using Store.Reading;

namespace Api.Forecasts;

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
    bool Imported
);

/// <summary>One step of a forecast's history.</summary>
/// <param name="Before">What stood before the step; null where nothing did.</param>
/// <param name="After">What stands from the step on; null after a withdrawal or an expiry.</param>
/// <param name="Evidence">What the step was said to rest on; null where nothing was named.</param>
/// <param name="ExpiresAt">The instant from which it stands no longer, unless it is revised before; null for never.</param>
public sealed record StepAnswer(
    Guid EventId,
    string Type,
    DateTimeOffset MadeAt,
    DateTimeOffset RecordedAt,
    string? Actor,
    StatementAnswer? Before,
    StatementAnswer? After,
    string? Rationale,
    IReadOnlyList<string>? Evidence,
    DateTimeOffset? ExpiresAt,
    bool Imported,
    bool AfterOutcome
);

/// <summary>A forecast's steps in the order in which they were made; <paramref name="Next"/> is there where they go on.</summary>
public sealed record HistoryAnswer(string Question, string Analyst, IReadOnlyList<StepAnswer> Steps, string? Next = null);

/// <summary>Forecasts: stated, revised, withdrawn, and read as of any instant and as known at any.</summary>
public static class ForecastEndpoints
{
    public static void MapForecasts(this IEndpointRouteBuilder routes)
    {
        routes
            .MapPut("/questions/{slug}/forecast", StateAsync)
            .RequireAuthorization(Policies.Forecast)
            .SubmitsOnly()
            .Knows()
            .Produces<ForecastAnswer>()
            .Produces<ForecastAnswer>(201);
        routes.MapDelete("/questions/{slug}/forecast", WithdrawAsync).RequireAuthorization(Policies.Forecast).SubmitsOnly().Knows().Produces(204);
        routes
            .MapPost("/forecasts", ManyForecasts.SubmitAsync)
            .RequireAuthorization(Policies.Forecast)
            .Streams()
            .Is(Transfer.Upload)
            .Knows()
            .Accepts<ForecastLine>(ManyForecasts.ContentType, "application/ndjson", "application/jsonl", "application/json", "text/plain")
            .Produces<ForecastLineAnswer>(200, ManyForecasts.ContentType);
        routes
            .MapGet("/questions/{slug}/forecasts", ListAsync)
            .LimitsConcurrency()
            .RequireAuthorization(Policies.Read)
            .Knows("asOf", "knownAt", "limit", "cursor")
            .Produces<Page<ForecastAnswer>>();
        routes
            .MapGet("/questions/{slug}/forecasts/{analyst}", HistoryAsync)
            .RequireAuthorization(Policies.Read)
            .Knows("cursor")
            .Produces<HistoryAnswer>()
            .WithMetadata(AlternateMediaTypes.Pictures);
        routes
            .MapGet("/scales", (HttpContext http) => Results.Ok(Page<VerbalScale>.Within(http.Request, VerbalScales.All, s => s.Name)))
            .RequireAuthorization(Policies.Read)
            .Knows("limit", "cursor")
            .Produces<Page<VerbalScale>>();
    }

    private static async Task<IResult> StateAsync(string slug, ForecastBody body, HttpContext http, GroupCommitQueue submissions, QuestionCache questions)
    {
        if (await questions.FindAsync(slug, http.RequestAborted) is not { } question)
            return await RefusedAsync(http, QuestionEndpoints.Missing(slug));
        if (body.ToStatement(question, out var problem) is not { } statement)
            return await RefusedAsync(http, problem!);
        ForecastCommand By(Analyst caller) => new(caller.Slug, caller.Kind, statement, body.Rationale, body.Evidence ?? [], body.ExpiresAt);
        // What is wrong whatever the question's state waits for no commit, and takes no room; which of two wrongs is said is as if it had.
        if (
            !RequestSessions.KeepsAnswer(http)
            && ForecastDecisions.Check(question, By(http.Caller()), http.Now()) is not null
            && await questions.FindNowAsync(slug, http.RequestAborted) is { } asked
        )
        {
            return await RefusedAsync(http, Problem.For(ForecastDecisions.State(asked, null, By(http.Caller()), http.Now())));
        }

        var outcome = await submissions.SubmitAsync(http, slug, By);
        if (outcome is not SubmissionOutcome.Recorded recorded)
            return await RefusedAsync(http, SubmissionProblems.For(outcome, slug, http));
        var caller = http.Caller();
        var step = RecordedStep.Of(recorded.Event, recorded.EventId, sequence: 0, recorded.At, caller.Slug)!;
        var answer = Answer(question, step);
        http.Response.Headers.ETag = EntityTags.OfVersion(recorded.Version);
        return recorded.Version == 1 ? Results.Created($"/questions/{slug}/forecasts/{caller.Slug}", answer) : Results.Ok(answer);
    }

    private static async Task<IResult> WithdrawAsync(string slug, HttpContext http, GroupCommitQueue submissions)
    {
        var outcome = await submissions.SubmitAsync(http, slug, command: null);
        return outcome is SubmissionOutcome.Recorded ? Results.NoContent() : await RefusedAsync(http, SubmissionProblems.For(outcome, slug, http));
    }

    /// <summary>The refusal, unless the caller, who may have been remembered, has no right to hear it any more.</summary>
    private static async Task<IResult> RefusedAsync(HttpContext http, IResult refusal) =>
        (CachedCallers.MayBeRemembered(http) ? await http.ReadmitAsync() : null) ?? refusal;

    private static async Task<IResult> ListAsync(string slug, HttpContext http, IQuerySession session)
    {
        var (limit, after) = (http.Request.Limit(), http.Request.Cursor() ?? "");
        var (asOf, knownAt) = (http.Request.Instant("asOf"), http.Request.Instant("knownAt"));
        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted);
        if (question is null)
            return QuestionEndpoints.Missing(slug);
        var standing = await ForecastLog.StandingAsync(session, slug, asOf ?? http.Now(), knownAt, after, limit + 1, http.RequestAborted);
        return Results.Ok(Page<ForecastAnswer>.Of([.. standing.Select(s => Answer(question, s))], limit, f => f.Analyst));
    }

    private static async Task<IResult> HistoryAsync(string slug, string analyst, HttpContext http, IQuerySession session)
    {
        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted);
        if (question is null)
            return QuestionEndpoints.Missing(slug);
        var from = StepCursor.Read(http.Request);
        var steps = await ForecastLog.HistoryAsync(session, slug, analyst, from, http.RequestAborted);
        if (steps.Count == 0)
            return Problem.NotFound($"'{analyst}' has made no forecast on '{slug}'.");
        if (MediaTypes.Choose(http.Request, MediaTypes.Json, MediaTypes.Svg, MediaTypes.Png) is not MediaTypes.Json and var picture)
            return await DrawAsync(question, analyst, picture, http, session);
        // A later page starts from the last step of the one before it, which says what stood.
        var page = steps.Take(ForecastLog.MostSteps).ToList();
        var answers = new List<StepAnswer>(page.Count);
        StatementAnswer? before = null;
        foreach (var (i, step) in page.Index())
        {
            var after = StatementAnswer.Of(question, step.Statement);
            if (i > 0 || from is null)
            {
                answers.Add(
                    new StepAnswer(
                        step.EventId,
                        step.Type,
                        step.MadeAt,
                        step.RecordedAt,
                        step.Actor,
                        before,
                        after,
                        step.Rationale,
                        step.Evidence,
                        step.ExpiresAt,
                        step.Imported,
                        step.Imported && step.RecordedAt > question.Resolution?.KnownAt
                    )
                );
            }

            before = after;
        }

        var next = steps.Count > page.Count ? StepCursor.Write(page[^1]) : null;
        return EntityTags.Tagged(
            http,
            new HistoryAnswer(slug, analyst, answers, next),
            await ForecastLog.VersionAsync(session, slug, analyst, http.RequestAborted)
        );
    }

    private static async Task<IResult> DrawAsync(Question question, string analyst, string? mediaType, HttpContext http, IQuerySession session)
    {
        if (mediaType is null)
            return MediaTypes.NotAcceptable(MediaTypes.Json, MediaTypes.Svg, MediaTypes.Png);
        var all = await ForecastLog.OnQuestionAsync(session, question.Slug, null, http.RequestAborted);
        var timelines = all.ToTimelines();
        var method = ConsensusMethods.Default;
        var consensus = ConsensusTimelines.Of(method, question.OpensAt, question.ClosesAt, timelines, [], question.ClosesAt, question.Range);
        var own = timelines.FirstOrDefault(t => t.Forecaster == analyst)?.Steps ?? [];
        return TimelinePicture
            .Draw(
                question,
                $"Forecast of {analyst}",
                [new DrawnForecast(analyst, own), new DrawnForecast(method.Forecaster, consensus, IsBackground: true)],
                http.Now()
            )
            .ToResult(mediaType);
    }

    internal static ForecastAnswer Answer(Question question, RecordedStep s)
    {
        var stated = StatementAnswer.Of(question, s.Statement)!;
        return new ForecastAnswer(
            s.Forecaster,
            s.Kind,
            s.MadeAt,
            s.RecordedAt,
            stated.Probability,
            stated.Probabilities,
            stated.Quantiles,
            stated.Verbal,
            stated.Term,
            s.Rationale,
            s.ExpiresAt,
            s.Imported
        );
    }
}
