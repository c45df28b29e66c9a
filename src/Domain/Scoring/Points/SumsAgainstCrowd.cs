using Domain.Statistics;

namespace Domain.Scoring.Points;

/// <summary>How one forecaster's intervals compare with the crowd, added up.</summary>
internal struct SumsAgainstCrowd
{
    private CompensatedSum _peer;
    private CompensatedSum _relative;

    /// <summary>Adds an interval of time.</summary>
    /// <param name="peer">The integral of the momentary peer score, in ticks.</param>
    /// <param name="relative">The distance from the crowd's daily median, summed over the days.</param>
    public void Add(double peer, double relative)
    {
        _peer.Add(peer);
        _relative.Add(relative);
    }

    /// <summary>The integral of the momentary peer score, in ticks.</summary>
    public readonly double Peer => _peer.Value;

    /// <summary>The distances from the crowd's daily median, summed.</summary>
    public readonly double Relative => _relative.Value;
}
