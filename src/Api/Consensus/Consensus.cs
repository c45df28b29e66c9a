using Api.Authorization;
using Api.Endpoints;
using Api.Forecasts;
using Api.Pipeline;
using Api.Requests;
using Marten;
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

/// <summary>What the crowd says at an instant.</summary>
public static class ConsensusEndpoints
{
    public static void MapConsensus(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/questions/{slug}/consensus", NowAsync)
            .WithTags("Consensus")
            .RequireAuthorization(Policies.Read)
            .Knows([ConsensusSteps.Method, .. QueryParameters.AsOfAndKnownAt])
            .Produces<ConsensusAnswer>();
    }

    /// <summary>Show what the crowd says</summary>
    /// <remarks>
    /// What the crowd says by a `method`. `asOf`: what it said at that instant; `knownAt`: out of what was recorded here by then. `skill-weighted` weighs
    /// by the scores on earlier questions as they stood at that point in time.
    /// </remarks>
    public static async Task<IResult> NowAsync(string slug, HttpContext http, IQuerySession session, ScoreViewReader views)
    {
        var asOf = http.Request.Instant(QueryParameters.AsOf) ?? http.Now();
        return await ConsensusSteps.AnswerAsync(
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
}
