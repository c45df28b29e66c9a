namespace Domain.Consensus.Methods;

/// <summary>The median; the midpoint of the middle two of an even number.</summary>
internal sealed class Median() : ConsensusMethod("median", place: 10)
{
    internal override void Read(RunningCrowd crowd, Span<double> into) => crowd.Medians(into);
}
