using Api.Authorization;
using Api.ContentNegotiation;
using Api.Endpoints;
using Api.Paging;
using Api.Pipeline;
using Api.Problems;
using Api.Questions;
using Api.Requests;
using Domain;
using Domain.Consensus;
using Domain.People;
using Domain.Questions;
using Marten;
using Store.Events;
using Store.Ledger;
using Store.Reading;

namespace Api.Forecasts;

/// <summary>Shows a forecast's history.</summary>
public static class ShowHistory
{
    /// <summary>Maps <c>GET /questions/{slug}/forecasts/{analyst}</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/questions/{slug}/forecasts/{analyst}", HistoryAsync)
            .RequireAuthorization(Policies.Read)
            .Knows(PageParameters.CursorParameter)
            .Produces<HistoryAnswer>()
            .WithMetadata(AlternateMediaTypes.Pictures);

    /// <summary>Show one forecast's whole history</summary>
    public static async Task<IResult> HistoryAsync(string slug, string analyst, HttpContext http, IQuerySession session, LedgerReader ledger)
    {
        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted);
        if (question is null)
            return QuestionEndpoints.Missing(slug);
        var from = StepCursor.Read(http.Request);
        var steps = await ForecastLog.HistoryAsync(session, new QuestionSlug(slug), new ForecasterName(analyst), from, http.RequestAborted);
        if (steps.Count == 0)
            return Problem.NotFound($"'{analyst}' has made no forecast on '{slug}'.");
        if (MediaTypes.Choose(http.Request, MediaTypes.Json, MediaTypes.Svg, MediaTypes.Png) is not MediaTypes.Json and var picture)
            return await DrawAsync(question, analyst, picture, http, session);
        // A later page starts from the last step of the one before it, which says what stood.
        var page = steps.Take(ForecastLog.MostSteps).Select(s => s.ShownTo(http)).ToList();
        var indexes = await ledger.IndexesAsync([.. page.Select(s => s.EventId)], http.RequestAborted);
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
                        step.Imported && step.RecordedAt > question.Resolution?.KnownAt,
                        indexes.TryGetValue(step.EventId, out var index) ? index : null
                    )
                );
            }

            before = after;
        }

        var next = steps.Count > page.Count ? StepCursor.Write(page[^1]) : null;
        return EntityTags.Tagged(
            http,
            new HistoryAnswer(slug, analyst, answers, next),
            http.SeesRationales() ? await ForecastLog.VersionAsync(session, new QuestionSlug(slug), new ForecasterName(analyst), http.RequestAborted) : null
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
}
