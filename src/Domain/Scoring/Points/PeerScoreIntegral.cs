using Domain.Statistics;

namespace Domain.Scoring.Points;

/// <summary>
/// The crowd's standing log-probabilities of the outcome while they come and go, and their running integrals, so that the peer score of any
/// interval is a difference of two states however many peers there are.
/// </summary>
/// <remarks>
/// With N standing members and S the sum of their ln p, a member's momentary peer score is (N·ln p − S)/(N − 1), 0 when N = 1; that of somebody
/// outside, who is compared as if joining, is ln p − S/N, 0 when N = 0. Both are linear in the own ln p.
/// </remarks>
internal struct PeerScoreIntegral
{
    private CompensatedSum _sum;
    private CompensatedSum _slope;
    private CompensatedSum _offset;
    private CompensatedSum _outerSlope;
    private CompensatedSum _outerOffset;

    /// <summary>How many members stand.</summary>
    public int Count { get; private set; }

    /// <summary>The sum of their ln p.</summary>
    public readonly double Sum => Count == 0 ? 0 : _sum.Value;

    /// <summary>Somebody of the crowd begins to stand.</summary>
    public void Add(double logP)
    {
        Count++;
        _sum.Add(logP);
    }

    /// <summary>Somebody of the crowd ends to stand.</summary>
    public void Remove(double logP)
    {
        Count--;
        if (Count == 0)
            _sum = default;
        else
            _sum.Add(-logP);
    }

    /// <summary>Lets time pass, in ticks.</summary>
    public void Pass(double length)
    {
        if (Count == 0)
            return;
        var sum = _sum.Value;
        _outerSlope.Add(length);
        _outerOffset.Add(length * (sum / Count));
        if (Count == 1)
            return;
        _slope.Add(length * Count / (Count - 1));
        _offset.Add(length * (sum / (Count - 1)));
    }

    /// <summary>The momentary peer score, in units of ln p, of one who gives the outcome <paramref name="logP"/>.</summary>
    public readonly double Momentary(double logP, bool isMember) => Momentary(logP, Count, Sum, isMember);

    /// <summary>The same against a crowd of <paramref name="count"/> whose ln p sum to <paramref name="sum"/>.</summary>
    public static double Momentary(double logP, int count, double sum, bool isMember) =>
        isMember
            ? count < 2
                ? 0
                : ((count * logP) - sum) / (count - 1)
            : count == 0
                ? 0
                : logP - (sum / count);

    /// <summary>The present state, as far as the integrals of members, or of others, start from it.</summary>
    public readonly CrowdMark Mark(bool isMember) => isMember ? new CrowdMark(_slope, _offset) : new CrowdMark(_outerSlope, _outerOffset);

    /// <summary>The integral of the momentary peer score since an earlier state, in ticks.</summary>
    public readonly double Since(in CrowdMark earlier, double logP, bool isMember) =>
        isMember
            ? (logP * CompensatedSum.Difference(_slope, earlier.Slope)) - CompensatedSum.Difference(_offset, earlier.Offset)
            : (logP * CompensatedSum.Difference(_outerSlope, earlier.Slope)) - CompensatedSum.Difference(_outerOffset, earlier.Offset);
}

/// <summary>The state of a crowd's running integrals at an instant.</summary>
/// <param name="Slope">What is multiplied with the own ln p.</param>
/// <param name="Offset">What is taken off it.</param>
internal readonly record struct CrowdMark(CompensatedSum Slope, CompensatedSum Offset);
