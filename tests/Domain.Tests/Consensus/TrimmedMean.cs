using Domain.Consensus;
using Domain.Statistics;

namespace Domain.Tests.Consensus;

/// <summary>The mean without the lowest and the highest tenth of the values, rounded down.</summary>
internal sealed class TrimmedMean() : ConsensusMethod("trimmed-mean", place: 70)
{
    internal override void Read(RunningCrowd crowd, Span<double> into)
    {
        var (left, values) = (crowd.Count / 10, new double[crowd.Count]);
        for (var column = 0; column < into.Length; column++)
        {
            crowd.RisingValuesOf(column, values);
            into[column] = CompensatedSum.Of(values.AsSpan(left..^left)) / (values.Length - (2 * left));
        }
    }
}
