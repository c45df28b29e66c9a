namespace Domain.Consensus;

/// <summary>A way of making one forecast of a crowd's.</summary>
public enum ConsensusMethod
{
    /// <summary>The median; the midpoint of the middle two of an even number.</summary>
    Median,

    /// <summary>The mean.</summary>
    Mean,

    /// <summary>σ(mean logit p), with exact 0 and 1 as the clipped p. Options only.</summary>
    GeometricMeanOfOdds,

    /// <summary>σ(a·mean logit p), a by <see cref="Consensus.ExtremizingFactor"/>. Options only.</summary>
    Extremized,

    /// <summary>The median under weights e^{√i − √n}, i the rank by age from the oldest; equal for n ≤ 2.</summary>
    RecencyWeighted,

    /// <summary>The mean under weights (e^{−age/(2·lifetime)}·r^½)⁶, r the record on questions resolved before.</summary>
    SkillWeighted,
}
