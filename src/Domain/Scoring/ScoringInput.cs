using Domain.Forecasts;
using Domain.Questions;
using Domain.TrackRecords;

namespace Domain.Scoring;

/// <summary>Everything that scoring one question depends on; the same input gives the same bits, in whatever order its lists come.</summary>
public sealed record ScoringInput(
    ResolvedQuestion Question,
    IReadOnlyList<ForecastTimeline> Forecasts,
    IReadOnlyList<EarlierOutcome> EarlierOutcomes,
    IReadOnlyList<EarlierScore> EarlierScores
);
