namespace Domain.Consensus.Methods;

/// <summary>
/// σ(mean ln(p/(1 − p))), with exact 0 and 1 as the clipped p. Satopää et al., "Combining multiple probability predictions using a simple logit
/// model" (2014).
/// </summary>
internal sealed class GeometricMeanOfOdds() : ConsensusMethod("geometric-mean-of-odds", place: 30)
{
    public override bool AppliesToDistributions => false;

    internal override void Read(RunningCrowd crowd, Span<double> into)
    {
        for (var column = 0; column < into.Length; column++)
            into[column] = FromLogOdds(crowd.MeanLogOddsOf(column));
    }

    /// <summary>The probability of given log-odds.</summary>
    internal static double FromLogOdds(double logOdds) => 1 / (1 + Math.Exp(-logOdds));
}
