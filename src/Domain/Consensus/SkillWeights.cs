using Domain.Crowds;
using Domain.TrackRecords;

namespace Domain.Consensus;

/// <summary>What the forecasts of a crowd weigh by age and record.</summary>
/// <param name="members">The forecasts.</param>
/// <param name="skills">How the forecasters did on earlier questions.</param>
/// <param name="opensAt">The start of the scheduled lifetime, in ticks.</param>
/// <param name="closesAt">Its end.</param>
internal sealed class SkillWeights(CrowdMember[] members, SkillRecords skills, long opensAt, long closesAt)
{
    private readonly double _lifetime = closesAt - opensAt;

    /// <summary>
    /// (e^{−age/(2·lifetime)}·r^½)⁶ without the factor e^{−3·(instant − opensAt)/lifetime}, which is the same for all forecasts. A weight then changes only
    /// with the record, not with time.
    /// </summary>
    public double Of(int member, long instant)
    {
        var (madeAt, forecaster) = members[member];
        var skill = skills.At(forecaster, instant);
        // The exponent is bounded, since the weights of forecasts made long before the opening would all be 0. They still weigh nothing beside later ones.
        return Math.Exp(Math.Max(3 * (madeAt - opensAt) / _lifetime, -600)) * (skill * skill * skill);
    }
}
