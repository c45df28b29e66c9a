namespace Domain.Statistics;

/// <summary>
/// The score interval for a probability, from an observed share. Source: Wilson, "Probable inference, the law of succession, and
/// statistical inference" (JASA 22, 1927).
/// </summary>
public static class WilsonInterval
{
    /// <summary>
    /// The interval for a share in [0, 1] seen in <paramref name="trials"/> > 0 trials. The number of trials need not be whole: with
    /// weights it is the effective number.
    /// </summary>
    public static ConfidenceInterval Of(double share, double trials, double confidence = 0.95)
    {
        if (!(share >= 0 && share <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "A share lies in [0, 1].");
        if (!(trials > 0))
            throw new ArgumentOutOfRangeException(nameof(trials), trials, "An interval needs trials.");
        if (!(confidence > 0 && confidence < 1))
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "A confidence lies in (0, 1).");
        var z = NormalDistribution.Quantile(0.5 + confidence / 2);
        var scale = 1 + z * z / trials;
        var centre = (share + z * z / (2 * trials)) / scale;
        var half = z / scale * Math.Sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials));
        return new ConfidenceInterval(share == 0 ? 0 : Math.Max(0, centre - half), share == 1 ? 1 : Math.Min(1, centre + half));
    }
}
