namespace Domain.Scoring;

/// <summary>Over which time a score is taken, and so what absent time means to it.</summary>
public enum ScoreBasis
{
    /// <summary>Over the time in which a forecast stood, or the days at whose end one stood. Absent time is no part of the score.</summary>
    StandingTime,

    /// <summary>What stood at the end of the window alone.</summary>
    WindowEnd,

    /// <summary>Over the scheduled lifetime or the days of the window. Absent time counts 0.</summary>
    Lifetime,

    /// <summary>At the spot time alone.</summary>
    Spot,
}
