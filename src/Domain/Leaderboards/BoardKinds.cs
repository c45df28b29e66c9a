using System.Diagnostics;
using Domain.Scoring;

namespace Domain.Leaderboards;

/// <summary>Which kind of board each score makes.</summary>
public static class BoardKinds
{
    /// <summary>The board of a score.</summary>
    public static BoardKind Of(ScoreKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return (key.Basis, key.Orientation) switch
        {
            (ScoreBasis.StandingTime or ScoreBasis.WindowEnd, ScoreOrientation.LowerIsBetter) => BoardKind.Loss,
            (ScoreBasis.StandingTime or ScoreBasis.WindowEnd, ScoreOrientation.HigherIsBetter) => BoardKind.Gain,
            (ScoreBasis.Lifetime, ScoreOrientation.LowerIsBetter) => BoardKind.RelativeLoss,
            (ScoreBasis.Lifetime, ScoreOrientation.HigherIsBetter) => BoardKind.Points,
            (ScoreBasis.Spot, ScoreOrientation.HigherIsBetter) => BoardKind.SpotPoints,
            (ScoreBasis.Spot, ScoreOrientation.LowerIsBetter) => throw new UnreachableException($"No board ranks {key}, a loss at the spot time."),
        };
    }

    /// <summary>Whether absent time is no part of the scores, so that two of them are compared over common time alone.</summary>
    public static bool OverStandingTime(this BoardKind kind) =>
        kind switch
        {
            BoardKind.Loss or BoardKind.Gain => true,
            BoardKind.Points or BoardKind.SpotPoints or BoardKind.RelativeLoss => false,
        };

    /// <summary>Whether the greater score is the better one.</summary>
    public static bool HigherIsBetter(this BoardKind kind) =>
        kind switch
        {
            BoardKind.Points or BoardKind.SpotPoints or BoardKind.Gain => true,
            BoardKind.RelativeLoss or BoardKind.Loss => false,
        };
}
