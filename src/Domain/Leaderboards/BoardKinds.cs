namespace Domain.Leaderboards;

/// <summary>Which kind of board each score makes.</summary>
public static class BoardKinds
{
    /// <summary>The board of a score by its key, such as <c>peer</c> or <c>brier.timeAveraged</c>.</summary>
    public static BoardKind Of(string key) =>
        key switch
        {
            "baseline" or "peer" => BoardKind.Points,
            "spotBaseline" or "spotPeer" => BoardKind.SpotPoints,
            "relativeBrier" => BoardKind.RelativeLoss,
            _ => key.StartsWith("spherical.", StringComparison.Ordinal) ? BoardKind.Gain : BoardKind.Loss,
        };

    /// <summary>Whether absent time is no part of the scores, so that two of them are compared over common time alone.</summary>
    public static bool OverStandingTime(this BoardKind kind) => kind is BoardKind.Loss or BoardKind.Gain;

    /// <summary>Whether the greater score is the better one.</summary>
    public static bool HigherIsBetter(this BoardKind kind) => kind is BoardKind.Points or BoardKind.SpotPoints or BoardKind.Gain;
}
