namespace Domain.Statistics;

/// <summary>The standard normal distribution.</summary>
public static class NormalDistribution
{
    /// <summary>P(Z ≤ <paramref name="z"/>), to about 15 significant digits in the body and 14 in the lower tail.</summary>
    public static double Cdf(double z) => 0.5 * ErrorFunctionComplement(-z / Math.Sqrt(2));

    /// <summary>The density at <paramref name="z"/>.</summary>
    public static double Density(double z) => Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI);

    /// <summary>P(|Z| ≥ |<paramref name="z"/>|), in [0, 1].</summary>
    public static double TwoSided(double z) => ErrorFunctionComplement(Math.Abs(z) / Math.Sqrt(2));

    /// <summary>
    /// The z with Cdf(z) = <paramref name="p"/>; −∞ for 0 and ∞ for 1. Source: Wichura, algorithm AS 241, Applied Statistics 37 (1988),
    /// relative error about 10⁻¹⁶.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The argument is no probability.</exception>
    public static double Quantile(double p)
    {
        if (!(p >= 0 && p <= 1))
            throw new ArgumentOutOfRangeException(nameof(p), p, "A probability lies in [0, 1].");
        if (p == 0)
            return double.NegativeInfinity;
        if (p == 1)
            return double.PositiveInfinity;
        var q = p - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            var r = 0.180625 - q * q;
            return q * Ratio(r, CentralAbove, CentralBelow);
        }

        var tail = Math.Sqrt(-Math.Log(q < 0 ? p : 1 - p));
        var z = tail <= 5 ? Ratio(tail - 1.6, MiddleAbove, MiddleBelow) : Ratio(tail - 5, FarAbove, FarBelow);
        return q < 0 ? -z : z;
    }

    private static readonly double[] CentralAbove =
    [
        3.3871328727963666080,
        1.3314166789178437745e2,
        1.9715909503065514427e3,
        1.3731693765509461125e4,
        4.5921953931549871457e4,
        6.7265770927008700853e4,
        3.3430575583588128105e4,
        2.5090809287301226727e3,
    ];

    private static readonly double[] CentralBelow =
    [
        1,
        4.2313330701600911252e1,
        6.8718700749205790830e2,
        5.3941960214247511077e3,
        2.1213794301586595867e4,
        3.9307895800092710610e4,
        2.8729085735721942674e4,
        5.2264952788528545610e3,
    ];

    private static readonly double[] MiddleAbove =
    [
        1.42343711074968357734,
        4.63033784615654529590,
        5.76949722146069140550,
        3.64784832476320460504,
        1.27045825245236838258,
        2.41780725177450611770e-1,
        2.27238449892691845833e-2,
        7.74545014278341407640e-4,
    ];

    private static readonly double[] MiddleBelow =
    [
        1,
        2.05319162663775882187,
        1.67638483018380384940,
        6.89767334985100004550e-1,
        1.48103976427480074590e-1,
        1.51986665636164571966e-2,
        5.47593808499534494600e-4,
        1.05075007164441684324e-9,
    ];

    private static readonly double[] FarAbove =
    [
        6.65790464350110377720,
        5.46378491116411436990,
        1.78482653991729133580,
        2.96560571828504891230e-1,
        2.65321895265761230930e-2,
        1.24266094738807843860e-3,
        2.71155556874348757815e-5,
        2.01033439929228813265e-7,
    ];

    private static readonly double[] FarBelow =
    [
        1,
        5.99832206555887937690e-1,
        1.36929880922735805310e-1,
        1.48753612908506148525e-2,
        7.86869131145613259100e-4,
        1.84631831751005468180e-5,
        1.42151175831644588870e-7,
        2.04426310338993978564e-15,
    ];

    private static double Ratio(double r, double[] above, double[] below)
    {
        double a = 0,
            b = 0;
        for (var i = above.Length - 1; i >= 0; i--)
        {
            a = a * r + above[i];
            b = b * r + below[i];
        }

        return a / b;
    }

    // A series near zero and Lentz's continued fraction beyond: both are exact in the limit, so that accuracy needs no table.
    private static double ErrorFunctionComplement(double x)
    {
        if (x < 0)
            return 2 - ErrorFunctionComplement(-x);
        if (x > 27.3)
            return 0;
        var squared = x * x;
        if (x < 2.5)
        {
            double term = x,
                sum = x;
            for (var n = 1; Math.Abs(term) > 1e-17 * sum; n++)
            {
                term *= 2 * squared / (2 * n + 1);
                sum += term;
            }

            return 1 - 2 / Math.Sqrt(Math.PI) * Math.Exp(-squared) * sum;
        }

        double fraction = 0;
        for (var k = 120; k >= 1; k--)
            fraction = k / 2.0 / (x + fraction);
        return Math.Exp(-squared) / Math.Sqrt(Math.PI) / (x + fraction);
    }
}
