namespace Domain.Calibration;

/// <summary>How a simulation is run; its numbers depend on the first three alone.</summary>
public sealed record ResamplingOptions
{
    /// <summary>How many draws.</summary>
    public int Draws { get; init; } = 2000;

    /// <summary>What all random numbers come from.</summary>
    public ulong Seed { get; init; } = 20210217;

    /// <summary>The share of draws that a pointwise band holds, in (0, 1).</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>How many threads may work; −1 for as many as there are. It changes no number.</summary>
    public int Threads { get; init; } = -1;
}
