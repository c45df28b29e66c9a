using Domain.Questions;

namespace Domain.Scoring.Points;

/// <summary>The scores of a forecaster on a question that are no averages of a rule: points against a baseline or against the crowd.</summary>
public static class PointScores
{
    /// <summary>100·ln(p(o)·K)/ln K over the scheduled lifetime; 0 is the uniform forecast. Half of it, by bins, for numbers and dates.</summary>
    public static ScoreKey Baseline { get; } = new("baseline", ScoreBasis.Lifetime, ScoreOrientation.HigherIsBetter, QuestionTypes.All);

    /// <summary>100·N/(N − 1)·ln(p(o)/GM) over the scheduled lifetime, GM the geometric mean of all N who stand; 0 is the crowd.</summary>
    public static ScoreKey Peer { get; } = new("peer", ScoreBasis.Lifetime, ScoreOrientation.HigherIsBetter, QuestionTypes.All);

    /// <summary><see cref="Baseline"/> of what stood just before the spot time.</summary>
    public static ScoreKey SpotBaseline { get; } = new("spotBaseline", ScoreBasis.Spot, ScoreOrientation.HigherIsBetter, QuestionTypes.All);

    /// <summary><see cref="Peer"/> of what stood just before the spot time.</summary>
    public static ScoreKey SpotPeer { get; } = new("spotPeer", ScoreBasis.Spot, ScoreOrientation.HigherIsBetter, QuestionTypes.All);

    /// <summary>The two-sided Brier score of a day less the crowd's median of it, over all days in the window; 0 is the crowd.</summary>
    public static ScoreKey RelativeBrier { get; } = new("relativeBrier", ScoreBasis.Lifetime, ScoreOrientation.LowerIsBetter, QuestionTypes.WithOptions);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ScoreKey> All { get; } = [Baseline, Peer, SpotBaseline, SpotPeer, RelativeBrier];
}
