namespace Domain.Consensus.Methods;

/// <summary>The mean.</summary>
internal sealed class Mean() : ConsensusMethod("mean", place: 20)
{
    internal override void Read(RunningCrowd crowd, Span<double> into) => crowd.Means(into);
}
