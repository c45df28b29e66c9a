using Domain.Statistics;

namespace Domain.TrackRecords;

/// <summary>How a forecaster did on one earlier question, or on several together. A consensus that reads track records weighs by it.</summary>
/// <param name="Forecaster">The name of the forecaster.</param>
/// <param name="KnownAt">The instant from which the outcomes were known; those that count alike from the start may be put together.</param>
/// <param name="Peer">The peer scores earned, summed in the order of time, equal instants by rising score, then coverage.</param>
/// <param name="Coverage">The coverages reached, each in [0, 1], summed in the same order.</param>
public readonly record struct EarlierScore(string Forecaster, DateTimeOffset KnownAt, CompensatedSum Peer, CompensatedSum Coverage)
{
    /// <summary>How a forecaster did on one earlier question.</summary>
    public EarlierScore(string forecaster, DateTimeOffset knownAt, double peer, double coverage)
        : this(forecaster, knownAt, CompensatedSum.From(peer), CompensatedSum.From(coverage)) { }
}
