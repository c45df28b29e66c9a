namespace Domain.Calibration;

/// <summary>A proper score of one probability that can be decomposed; lower is better in each.</summary>
public enum DecomposedRule
{
    /// <summary>(p − y)², in [0, 1].</summary>
    Brier,

    /// <summary>−ln of what was given to the outcome, the forecast clipped to [0.001, 0.999].</summary>
    Log,

    /// <summary>1 − p(y)/√(p² + (1−p)²), in [0, 1].</summary>
    Spherical,
}
