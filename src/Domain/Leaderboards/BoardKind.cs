namespace Domain.Leaderboards;

/// <summary>What the scores of a board mean for a place on it.</summary>
public enum BoardKind
{
    /// <summary>
    /// Points, higher is better, in which absent time counts 0 already (peer, baseline): places follow Σ score/(30 + Σ coverage).
    /// </summary>
    Points,

    /// <summary>
    /// Points earned at one instant, higher is better (the spot scores): places follow Σ score/(30 + questions). Each question counts as covered whole, since
    /// how long a forecast stood before and after the instant says nothing about it.
    /// </summary>
    SpotPoints,

    /// <summary>
    /// A loss against the crowd, lower is better, in which absent time counts 0 already (the relative Brier): places follow
    /// Σ score/(30 + Σ coverage).
    /// </summary>
    RelativeLoss,

    /// <summary>
    /// A loss over the time in which a forecast stood, lower is better (Brier, log, CRPS, …): places follow
    /// Σ coverage·(score − reference)/(30 + Σ coverage). A question counts by its coverage, as absent time does in a peer score; without that, a
    /// forecaster who was there for an hour of each of many questions would be shrunk less than one who was there throughout one.
    /// </summary>
    Loss,

    /// <summary>A gain over the time in which a forecast stood, higher is better (spherical): as <see cref="Loss"/>, the other way round.</summary>
    Gain,
}
