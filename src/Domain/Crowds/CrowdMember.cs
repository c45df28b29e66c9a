namespace Domain.Crowds;

/// <summary>What the consensus reads of a forecast of the crowd, beside its values.</summary>
/// <param name="MadeAt">When it was made, in UTC ticks; it may lie before the window.</param>
/// <param name="Forecaster">The index of the forecaster.</param>
internal readonly record struct CrowdMember(long MadeAt, int Forecaster);
