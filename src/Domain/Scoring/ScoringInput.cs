using Domain.Forecasts;
using Domain.Questions;
using Domain.TrackRecords;

namespace Domain.Scoring;

/// <summary>Everything that scoring one question depends on; the same input gives the same bits, in whatever order its lists come.</summary>
/// <param name="Question">The question, with its outcome.</param>
/// <param name="Forecasts">Everybody's forecasts on it, a timeline each; what lies outside the scoring window does not count.</param>
/// <param name="EarlierOutcomes">How questions under the same tag came out, which the base rate counts.</param>
/// <param name="EarlierScores">How the forecasters did on questions before, which the skill-weighted consensus weighs by.</param>
public sealed record ScoringInput(
    ResolvedQuestion Question,
    IReadOnlyList<ForecastTimeline> Forecasts,
    IReadOnlyList<EarlierOutcome> EarlierOutcomes,
    IReadOnlyList<EarlierScore> EarlierScores
);
