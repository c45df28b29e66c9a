namespace Domain.Crowds;

/// <summary>A forecast of one of the crowd, as far as the consensus reads it.</summary>
/// <param name="MadeAt">When it was made, in UTC ticks; it may lie before the window.</param>
/// <param name="Forecaster">The index of whose it is.</param>
internal readonly record struct CrowdMember(long MadeAt, int Forecaster);
