using Api.Access;
using Api.AskingQuestions;
using Api.Http;
using Domain;
using Domain.Consensus;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Marten;
using Store;
using Store.Forecasts;

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

public sealed record HistoryAnswer(string Question, string Analyst, IReadOnlyList<StepAnswer> Steps);

/// <summary>Forecasts: stated, revised, withdrawn, and read as of any instant and as known at any.</summary>
public static class Forecasts
{
    public static void MapForecasts(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/questions/{slug}/forecast", StateAsync).Needs(Role.Analyst).Knows().Produces<ForecastAnswer>().Produces<ForecastAnswer>(201);
        routes.MapDelete("/questions/{slug}/forecast", WithdrawAsync).Needs(Role.Analyst).Knows().Produces(204);
        routes.MapGet("/questions/{slug}/forecasts", ListAsync).Reads().Knows("asOf", "knownAt", "limit", "cursor").Produces<Page<ForecastAnswer>>();
        routes.MapGet("/questions/{slug}/forecasts/{analyst}", HistoryAsync).Reads().Knows().Produces<HistoryAnswer>().WithMetadata(OtherForms.Pictures);
        routes.MapGet("/scales", () => Results.Ok(new Page<Domain.VerbalScales.VerbalScale>(Domain.VerbalScales.VerbalScales.All, null))).Reads().Knows().Produces<Page<Domain.VerbalScales.VerbalScale>>();
    }

    private static async Task<IResult> StateAsync(string slug, ForecastBody body, HttpContext http, IDocumentSession session)
    {
        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted);
        if (question is null) return Questions.Missing(slug);
        if (body.ToStatement(question, out var problem) is not { } statement) return problem!;

        var caller = http.Caller();
        var key = StreamKeys.Forecast(slug, caller.Slug);
        var forecast = await session.Events.AggregateStreamAsync<Forecast>(key, token: http.RequestAborted);
        if (EntityTags.Stale(http, forecast?.Version ?? 0) is { } stale) return stale;
        var now = http.Now();
        var decision = ForecastDecisions.State(
            question, forecast, new ForecastCommand(caller.Slug, caller.Kind, statement, body.Rationale, body.Evidence ?? [], body.ExpiresAt), now);
        if (decision.IsRefused) return Problems.For(decision);

        if (forecast is null) session.Start<Forecast>(key, decision.Events, now);
        else session.Append(key, forecast.Version, decision.Events, now);
        await http.SaveAsync(session);

        var step = new RecordedStep(Guid.Empty, 0, "", caller.Slug, caller.Kind, now, now, statement, body.Rationale, body.ExpiresAt, false, caller.Slug);
        http.Response.Headers.ETag = EntityTags.OfVersion((forecast?.Version ?? 0) + 1);
        return forecast is null ? Results.Created($"/questions/{slug}/forecasts/{caller.Slug}", Answer(question, step)) : Results.Ok(Answer(question, step));
    }

    private static async Task<IResult> WithdrawAsync(string slug, HttpContext http, IDocumentSession session)
    {
        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted);
        if (question is null) return Questions.Missing(slug);
        var key = StreamKeys.Forecast(slug, http.Caller().Slug);
        var forecast = await session.Events.AggregateStreamAsync<Forecast>(key, token: http.RequestAborted);
        if (EntityTags.Stale(http, forecast?.Version ?? 0) is { } stale) return stale;
        var now = http.Now();
        var decision = ForecastDecisions.Withdraw(question, forecast, now);
        if (decision.IsRefused) return Problems.For(decision);
        session.Append(key, forecast!.Version, decision.Events, now);
        await http.SaveAsync(session);
        return Results.NoContent();
    }

    private static async Task<IResult> ListAsync(string slug, HttpContext http, IQuerySession session)
    {
        var (limit, after) = (http.Request.Limit(), http.Request.Cursor() ?? "");
        var (asOf, knownAt) = (http.Request.Instant("asOf"), http.Request.Instant("knownAt"));
        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted);
        if (question is null) return Questions.Missing(slug);
        var steps = await ForecastLog.OnQuestionAsync(session, slug, knownAt, http.RequestAborted);
        var standing = steps.StandingAt(asOf ?? http.Now()).Where(s => string.CompareOrdinal(s.Forecaster, after) > 0).Take(limit + 1);
        return Results.Ok(Page<ForecastAnswer>.Of([.. standing.Select(s => Answer(question, s))], limit, f => f.Analyst));
    }

    private static async Task<IResult> HistoryAsync(string slug, string analyst, HttpContext http, IQuerySession session)
    {
        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted);
        if (question is null) return Questions.Missing(slug);
        var steps = await ForecastLog.OfForecasterAsync(session, slug, analyst, http.RequestAborted);
        if (steps.Count == 0) return Problems.NotFound($"'{analyst}' has made no forecast on '{slug}'.");
        if (MediaTypes.Choose(http.Request, MediaTypes.Json, MediaTypes.Svg, MediaTypes.Png) is not MediaTypes.Json and var picture) return await DrawAsync(question, analyst, steps, picture, http, session);
        var answers = new List<StepAnswer>();
        StatementAnswer? before = null;
        foreach (var step in steps.OrderBy(s => (s.MadeAt, s.Sequence)))
        {
            var after = StatementAnswer.Of(question, step.Statement);
            answers.Add(new StepAnswer(step.EventId, step.Type, step.MadeAt, step.RecordedAt, step.Actor, before, after, step.Rationale, step.Imported));
            before = after;
        }

        return EntityTags.Tagged(http, new HistoryAnswer(slug, analyst, answers), steps.Count);
    }

    private static async Task<IResult> DrawAsync(Question question, string analyst, IReadOnlyList<RecordedStep> steps, string? mediaType, HttpContext http, IQuerySession session)
    {
        if (mediaType is null) return MediaTypes.NotAcceptable(MediaTypes.Json, MediaTypes.Svg, MediaTypes.Png);
        var all = await ForecastLog.OnQuestionAsync(session, question.Slug, null, http.RequestAborted);
        var consensus = ConsensusTimelines.Of("median", question.OpensAt, question.ClosesAt, all.ToTimelines(), [], question.ClosesAt);
        return TimelinePicture.Draw(
            question,
            $"Forecast of {analyst}",
            [new DrawnForecast(analyst, [.. steps.Select(s => s.ToStep())]), new DrawnForecast("consensus:median", consensus, IsBackground: true)],
            http.Now()).ToResult(mediaType);
    }

    private static ForecastAnswer Answer(Question question, RecordedStep s)
    {
        var stated = StatementAnswer.Of(question, s.Statement)!;
        return new ForecastAnswer(
            s.Forecaster, s.Kind, s.MadeAt, s.RecordedAt, stated.Probability, stated.Probabilities, stated.Quantiles, stated.Verbal, stated.Term,
            s.Rationale, s.ExpiresAt, s.Imported);
    }
}
