using Api.Authorization;
using Api.ContentNegotiation;
using Api.Endpoints;
using Api.Forecasts;
using Api.Paging;
using Api.Pipeline;
using Api.Problems;
using Api.Questions;
using Api.Requests;
using Domain;
using Domain.Consensus;
using Domain.Crowds;
using Domain.Questions;
using Domain.TrackRecords;
using Marten;
using Store.Reading;
using Store.Scoring;

namespace Api.Consensus;

/// <summary>What the crowd says at an instant.</summary>
/// <example>{"question":"rain","method":"median","asOf":"2026-03-01T12:00:00Z","forecasters":3,"probability":0.6}</example>
/// <param name="Question">The question's slug.</param>
/// <param name="Method">How the forecasts became one.</param>
/// <param name="AsOf">The instant.</param>
/// <param name="Forecasters">Whose forecasts stand then.</param>
/// <param name="Probability">How probable yes is; null where the question is not binary, and where nothing stands.</param>
/// <param name="Probabilities">A probability for each option; null where the question has none, and where nothing stands.</param>
/// <param name="Quantiles">Points of the distribution function; null where the question is not of numbers or dates, and where nothing stands.</param>
public sealed record ConsensusAnswer(
    string Question,
    string Method,
    DateTimeOffset AsOf,
    int Forecasters,
    double? Probability,
    IReadOnlyDictionary<string, double>? Probabilities,
    IReadOnlyList<QuantileBody>? Quantiles
);

/// <summary>What the crowd says from an instant on.</summary>
/// <param name="At">The instant, which is included.</param>
/// <param name="Probability">How probable yes is; null where the question is not binary, and where nothing stands.</param>
/// <param name="Probabilities">A probability for each option; null where the question has none, and where nothing stands.</param>
/// <param name="Quantiles">Points of the distribution function; null where the question is not of numbers or dates, and where nothing stands.</param>
public sealed record ConsensusStep(
    DateTimeOffset At,
    double? Probability,
    IReadOnlyDictionary<string, double>? Probabilities,
    IReadOnlyList<QuantileBody>? Quantiles
);

/// <summary>What the crowd says, at an instant and over time.</summary>
public static class ConsensusEndpoints
{
    private static readonly QueryParameter Method = QueryParameter.OneOf(
        "method",
        ConsensusMethods.All.Select(m => m.Name),
        "How the forecasts become one.",
        otherwise: ConsensusMethods.Default.Name
    );

    public static void MapConsensus(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Consensus");
        group
            .MapGet("/questions/{slug}/consensus", NowAsync)
            .RequireAuthorization(Policies.Read)
            .Knows([Method, .. QueryParameters.AsOfAndKnownAt])
            .Produces<ConsensusAnswer>();
        group
            .MapGet("/questions/{slug}/consensus/history", HistoryAsync)
            .RequireAuthorization(Policies.Read)
            .Knows([Method, QueryParameters.KnownAt, .. PageParameters.All])
            .Produces<Page<ConsensusStep>>()
            .WithMetadata(AlternateMediaTypes.Pictures);
    }

    /// <summary>Show what the crowd says</summary>
    /// <remarks>
    /// What the crowd says by a `method`. `asOf`: what it said at that instant; `knownAt`: out of what was recorded here by then. `skill-weighted` weighs
    /// by the scores on earlier questions as they stood at that point in time.
    /// </remarks>
    public static async Task<IResult> NowAsync(string slug, HttpContext http, IQuerySession session, ScoreViewReader views)
    {
        var asOf = http.Request.Instant(QueryParameters.AsOf) ?? http.Now();
        return await WithStepsAsync(
            slug,
            http,
            session,
            views,
            asOf.AddTicks(1),
            (question, method, steps, standing) =>
            {
                var last = steps.LastOrDefault(s => s.MadeAt <= asOf).Prediction;
                // After the close, what stood when it came.
                var stated = last is null ? null : StatementAnswer.Of(question, last);
                return EntityTags.Tagged(
                    http,
                    new ConsensusAnswer(slug, method.Name, asOf, standing, stated?.Probability, stated?.Probabilities, stated?.Quantiles)
                );
            }
        );
    }

    /// <summary>List how what the crowd says has moved</summary>
    public static async Task<IResult> HistoryAsync(string slug, HttpContext http, IQuerySession session, ScoreViewReader views)
    {
        var (limit, after) = (http.Request.Limit(), http.Request.Cursor());
        var type = MediaTypes.Choose(http.Request, MediaTypes.Json, MediaTypes.Svg, MediaTypes.Png);
        if (type is null)
            return MediaTypes.NotAcceptable(MediaTypes.Json, MediaTypes.Svg, MediaTypes.Png);
        return await WithStepsAsync(
            slug,
            http,
            session,
            views,
            http.Now(),
            (question, method, steps, _) =>
            {
                if (type != MediaTypes.Json)
                    return TimelinePicture.Draw(question, $"Consensus by {method}", [new DrawnForecast(method.Forecaster, steps)], http.Now()).ToResult(type);
                var answers = steps
                    .Select(s =>
                        s.Prediction is null ? new ConsensusStep(s.MadeAt, null, null, null) : Step(s.MadeAt, StatementAnswer.Of(question, s.Prediction))
                    )
                    .Where(s => after is null || string.CompareOrdinal(Key(s), after) > 0)
                    .Take(limit + 1)
                    .ToList();
                return Results.Ok(Page<ConsensusStep>.Of(answers, limit, Key));
            }
        );
    }

    private static async Task<IResult> WithStepsAsync(
        string slug,
        HttpContext http,
        IQuerySession session,
        ScoreViewReader views,
        DateTimeOffset until,
        Func<Question, ConsensusMethod, IReadOnlyList<Domain.Forecasts.ForecastStep>, int, IResult> answer
    )
    {
        var named = http.Request.Text(Method) ?? ConsensusMethods.Default.Name;
        if (ConsensusMethods.Find(named) is not { } method)
            return Problem.Invalid("method", $"There is no method '{named}'; there are {string.Join(", ", ConsensusMethods.All)}.");
        var knownAt = http.Request.Instant(QueryParameters.KnownAt);
        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted);
        if (question is null)
            return QuestionEndpoints.Missing(slug);
        if (question.Range is not null && !method.AppliesToDistributions)
        {
            return Problem.Invalid(
                "method",
                $"'{method}' combines odds, which numbers and dates have none of; here there are {string.Join(", ", ConsensusMethods.OfDistributions)}."
            );
        }

        var steps = await ForecastLog.OnQuestionAsync(session, slug, knownAt, http.RequestAborted);
        var timelines = steps.ToTimelines();
        var end = until < question.ClosesAt ? until : question.ClosesAt;
        var earlier = method.ReadsTrackRecords ? await EarlierAsync() : [];
        var standing = steps.StandingAt(until).Count(s => Crowd.Counts(s.Kind));
        return answer(question, method, ConsensusTimelines.Of(method, question.OpensAt, question.ClosesAt, timelines, earlier, end, question.Range), standing);

        async Task<IReadOnlyList<EarlierScore>> EarlierAsync()
        {
            var at = new PointInTime(http.Request.Instant(QueryParameters.AsOf), knownAt);
            if (at.IsPresent)
                return await ScoringInputs.EarlierScoresAsync(session, question, end, timelines, http.RequestAborted);
            await using var then = await views.OpenAsync(at, http.RequestAborted);
            return await then.EarlierScoresAsync(question, end, timelines, http.RequestAborted);
        }
    }

    private static ConsensusStep Step(DateTimeOffset at, StatementAnswer stated) => new(at, stated.Probability, stated.Probabilities, stated.Quantiles);

    private static string Key(ConsensusStep step) => step.At.UtcTicks.ToString("D20", System.Globalization.CultureInfo.InvariantCulture);
}
