namespace Domain.Consensus.Methods;

/// <summary>
/// The median under the weights e^{√i − √n}, i the rank by age from the oldest; equal weights for n ≤ 2. Where exactly half the weight lies below, the
/// midpoint. Metaculus' community prediction weighs so.
/// </summary>
internal sealed class RecencyWeighted() : ConsensusMethod("recency-weighted", place: 50)
{
    internal override void Read(RunningCrowd crowd, Span<double> into) => crowd.RecencyWeightedMedians(into);
}
