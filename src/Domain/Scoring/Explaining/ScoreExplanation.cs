using Domain.Forecasts;
using Domain.Forecasts.Timelines;

namespace Domain.Scoring.Explaining;

/// <summary>Why a score is what it is.</summary>
/// <param name="Intervals">Its parts, in the order of time.</param>
/// <param name="Sum">The sum of their contributions: the score, but for rounding below 10⁻¹² of it.</param>
public sealed record ScoreExplanation(IReadOnlyList<ExplainedInterval> Intervals, double Sum);

/// <summary>One part of a score.</summary>
/// <param name="From">Where it begins; for scores at one instant, when the forecast that counted began to stand.</param>
/// <param name="To">Where it ends; for a spot score, the spot time.</param>
/// <param name="Forecast">The forecast that stood.</param>
/// <param name="Weight">The share with which the value enters, in [0, 1].</param>
/// <param name="Value">What the rule gives at any instant of the interval.</param>
/// <param name="Contribution">Weight times value.</param>
/// <param name="Peers">How many of the crowd stood, for scores against the crowd; else null.</param>
/// <param name="Seal">Whether the forecast stood as a seal.</param>
public sealed record ExplainedInterval(
    DateTimeOffset From,
    DateTimeOffset To,
    Prediction Forecast,
    double Weight,
    double Value,
    double Contribution,
    int? Peers = null,
    SealState Seal = SealState.Open
);
