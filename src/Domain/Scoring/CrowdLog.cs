using Domain.Statistics;

namespace Domain.Scoring;

/// <summary>
/// The crowd's standing log-probabilities of the outcome over time, integrated, so that a peer score takes one look-up an interval however
/// many peers there are.
/// </summary>
/// <remarks>
/// With N standing members and S the sum of their ln p, a member's momentary peer score is (N·ln p − S)/(N − 1), and that of somebody outside,
/// who is compared as if joining, is ln p − S/N. Both are linear in the own ln p, so their integrals are differences of the four kept here.
/// </remarks>
internal sealed class CrowdLog
{
    private readonly List<long> _at = [];
    private readonly List<(double Slope, double Offset, double OuterSlope, double OuterOffset)> _integrals = [];
    private readonly List<(int N, double Sum)> _state = [];

    public CrowdLog(IEnumerable<(long From, long To, double LogP, string Forecaster)> members)
    {
        var changes = members
            .SelectMany(m => new[] { (At: m.From, Sign: 1, m.LogP, m.Forecaster), (At: m.To, Sign: -1, m.LogP, m.Forecaster) })
            .OrderBy(c => c.At).ThenBy(c => c.Sign).ThenBy(c => c.Forecaster, StringComparer.Ordinal).ThenBy(c => c.LogP).ToList();

        var n = 0;
        var sum = default(CompensatedSum);
        CompensatedSum slope = default, offset = default, outerSlope = default, outerOffset = default;
        for (var i = 0; i < changes.Count;)
        {
            var at = changes[i].At;
            if (_at.Count > 0)
            {
                double length = at - _at[^1];
                if (n > 1)
                {
                    slope.Add(length * n / (n - 1));
                    offset.Add(length * sum.Value / (n - 1));
                }

                if (n > 0)
                {
                    outerSlope.Add(length);
                    outerOffset.Add(length * sum.Value / n);
                }
            }

            for (; i < changes.Count && changes[i].At == at; i++)
            {
                n += changes[i].Sign;
                sum.Add(changes[i].Sign * changes[i].LogP);
            }

            if (n == 0) sum = default;
            _at.Add(at);
            _integrals.Add((slope.Value, offset.Value, outerSlope.Value, outerOffset.Value));
            _state.Add((n, sum.Value));
        }
    }

    /// <summary>The integral of the momentary peer score, in ticks, of one who holds <paramref name="logP"/> over ⟨from, to).</summary>
    public double Integral(long from, long to, double logP, bool isMember)
    {
        var (a, b) = (Upto(from), Upto(to));
        return isMember
            ? (logP * (b.Slope - a.Slope)) - (b.Offset - a.Offset)
            : (logP * (b.OuterSlope - a.OuterSlope)) - (b.OuterOffset - a.OuterOffset);
    }

    private (double Slope, double Offset, double OuterSlope, double OuterOffset) Upto(long instant)
    {
        var index = _at.BinarySearch(instant);
        if (index >= 0) return _integrals[index];
        index = ~index - 1;
        if (index < 0) return default;
        var (slope, offset, outerSlope, outerOffset) = _integrals[index];
        var (n, sum) = _state[index];
        double length = instant - _at[index];
        if (n > 1) (slope, offset) = (slope + (length * n / (n - 1)), offset + (length * sum / (n - 1)));
        if (n > 0) (outerSlope, outerOffset) = (outerSlope + length, outerOffset + (length * sum / n));
        return (slope, offset, outerSlope, outerOffset);
    }
}
