namespace Domain.Consensus.Methods;

/// <summary>
/// σ(a·mean ln(p/(1 − p))), with exact 0 and 1 as the clipped p: the log-odds are moved away from even odds by a factor a that grows with the number of
/// forecasts towards √3. Neyman &amp; Roughgarden, "Are you smarter than a random expert? The robust aggregation of substitutable signals" (2022).
/// </summary>
internal sealed class Extremized() : ConsensusMethod("extremized", place: 40)
{
    public override bool AppliesToDistributions => false;

    internal override void Read(RunningCrowd crowd, Span<double> into)
    {
        var factor = Factor(crowd.Count);
        for (var column = 0; column < into.Length; column++)
            into[column] = GeometricMeanOfOdds.FromLogOdds(factor * crowd.MeanLogOddsOf(column));
    }

    /// <summary>a = n(√(3n² − 3n + 1) − 2)/(n² − n − 1), 1 for n = 1.</summary>
    /// <param name="n">The number of forecasts, 1 or more.</param>
    internal static double Factor(int n) => n == 1 ? 1 : n * (Math.Sqrt((3.0 * n * n) - (3.0 * n) + 1) - 2) / (((double)n * n) - n - 1);
}
