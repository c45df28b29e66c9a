using Api.Authorization;
using Api.ContentNegotiation;
using Api.Endpoints;
using Api.Forecasts;
using Api.Paging;
using Api.Pipeline;
using Api.Requests;
using Marten;
using Store.Scoring;

namespace Api.Consensus;

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

/// <summary>How what the crowd says has moved.</summary>
public static class ConsensusHistoryEndpoints
{
    public static void MapConsensusHistory(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/questions/{slug}/consensus/history", HistoryAsync)
            .WithTags("Consensus")
            .RequireAuthorization(Policies.Read)
            .Knows([ConsensusSteps.Method, QueryParameters.KnownAt, .. PageParameters.All])
            .Produces<Page<ConsensusStep>>()
            .WithMetadata(AlternateMediaTypes.Pictures);
    }

    /// <summary>List how what the crowd says has moved</summary>
    public static async Task<IResult> HistoryAsync(string slug, HttpContext http, IQuerySession session, ScoreViewReader views)
    {
        var (limit, after) = (http.Request.Limit(), http.Request.Cursor());
        var type = MediaTypes.Choose(http.Request, MediaTypes.Json, MediaTypes.Svg, MediaTypes.Png);
        if (type is null)
            return MediaTypes.NotAcceptable(MediaTypes.Json, MediaTypes.Svg, MediaTypes.Png);
        return await ConsensusSteps.AnswerAsync(
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

    private static ConsensusStep Step(DateTimeOffset at, StatementAnswer stated) => new(at, stated.Probability, stated.Probabilities, stated.Quantiles);

    private static string Key(ConsensusStep step) => step.At.UtcTicks.ToString("D20", System.Globalization.CultureInfo.InvariantCulture);
}
