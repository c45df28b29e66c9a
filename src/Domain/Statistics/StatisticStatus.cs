namespace Domain.Statistics;

/// <summary>Whether the data support a statistic, and if not, what they lack.</summary>
public enum StatisticStatus
{
    /// <summary>The number stands.</summary>
    Computed,

    /// <summary>There is nothing to compute from.</summary>
    NoData,

    /// <summary>Too few questions stand behind it.</summary>
    TooFewQuestions,

    /// <summary>Only events, or only non-events, were seen.</summary>
    OneOutcomeOnly,

    /// <summary>A threshold on the forecasts parts events from non-events without error, so that the estimate runs off to infinity.</summary>
    PerfectSeparation,

    /// <summary>What has to vary does not: all forecasts are equal, or each is 0, ½ or 1, or the reference loses nothing.</summary>
    NoVariation,

    /// <summary>The compared do not hang together by questions that others forecast too.</summary>
    Incomparable,
}
