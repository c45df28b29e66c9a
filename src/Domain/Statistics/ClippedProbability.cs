namespace Domain.Statistics;

/// <summary>Probabilities moved into [0.001, 0.999], so that their logarithms are finite: what logarithmic scores and odds go by.</summary>
public static class ClippedProbability
{
    /// <summary>The least probability that is left as it is.</summary>
    public const double Lowest = 0.001;

    /// <summary>The greatest probability that is left as it is.</summary>
    public const double Highest = 0.999;

    /// <summary>The nearest probability in [<see cref="Lowest"/>, <see cref="Highest"/>].</summary>
    public static double Of(double p) => Math.Clamp(p, Lowest, Highest);

    /// <summary>Whether clipping moves the probability.</summary>
    public static bool Moves(double p) => p is < Lowest or > Highest;
}
