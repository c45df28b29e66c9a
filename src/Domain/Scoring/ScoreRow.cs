using Domain.People;

namespace Domain.Scoring;

/// <summary>One forecaster's scores on one question.</summary>
/// <param name="Forecaster">Who is scored.</param>
/// <param name="Kind">What the forecaster is.</param>
/// <param name="Coverage">The share of the scheduled lifetime in which a forecast stood, in [0, 1].</param>
/// <param name="Revisions">How many times the standing forecast was replaced by another within the window.</param>
/// <param name="Scores">By key (<c>brier.final</c>, <c>peer</c>, …); null where the score is undefined.</param>
/// <param name="Notes">By the same keys: why a score is undefined, or what was clipped on the way to it.</param>
public sealed record ScoreRow(
    string Forecaster,
    ForecasterKind Kind,
    double Coverage,
    int Revisions,
    IReadOnlyDictionary<string, double?> Scores,
    IReadOnlyDictionary<string, string> Notes
);
