namespace Domain.Consensus;

/// <summary>
/// How far the mean of log-odds is moved from even odds: a = n(√(3n² − 3n + 1) − 2)/(n² − n − 1), 1 for n = 1; it grows towards √3. Neyman &amp;
/// Roughgarden, "Are you smarter than a random expert? The robust aggregation of substitutable signals" (2022).
/// </summary>
public static class ExtremizingFactor
{
    /// <param name="n">The number of forecasts, 1 or more.</param>
    public static double Of(int n) => n == 1 ? 1 : n * (Math.Sqrt((3.0 * n * n) - (3.0 * n) + 1) - 2) / (((double)n * n) - n - 1);
}
