namespace Domain.Consensus.Methods;

/// <summary>
/// The mean under the weights (e^{−age/(2·lifetime)}·r^½)⁶, r the record on questions that were resolved before (<see cref="TrackRecords.SkillRecords"/>).
/// Metaculus weighs so.
/// </summary>
internal sealed class SkillWeighted() : ConsensusMethod("skill-weighted", place: 60)
{
    public override bool ReadsTrackRecords => true;

    internal override void Read(RunningCrowd crowd, Span<double> into) => crowd.SkillWeightedMeans(into);
}
