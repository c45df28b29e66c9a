namespace Domain.Statistics;

/// <summary>Student's t distribution with a positive number of degrees of freedom.</summary>
public static class StudentT
{
    /// <summary>P(T ≤ <paramref name="t"/>), through the regularised incomplete beta function (Abramowitz and Stegun 26.7.1).</summary>
    public static double Cdf(double t, double degreesOfFreedom)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degreesOfFreedom);
        var tail = 0.5 * IncompleteBeta(degreesOfFreedom / 2, 0.5, degreesOfFreedom / (degreesOfFreedom + t * t));
        return t > 0 ? 1 - tail : tail;
    }

    /// <summary>The t with Cdf(t) = <paramref name="p"/>, by bisection; p in (0, 1).</summary>
    public static double Quantile(double p, double degreesOfFreedom)
    {
        if (!(p > 0 && p < 1))
            throw new ArgumentOutOfRangeException(nameof(p), p, "The quantile is finite for probabilities in (0, 1) only.");
        if (p > 0.5)
            return -Quantile(1 - p, degreesOfFreedom);
        double low = -1,
            high = 0;
        while (Cdf(low, degreesOfFreedom) > p)
            low *= 2;
        for (var i = 0; i < 200 && high - low > 1e-14 * -low; i++)
        {
            var middle = 0.5 * (low + high);
            if (Cdf(middle, degreesOfFreedom) < p)
                low = middle;
            else
                high = middle;
        }

        return 0.5 * (low + high);
    }

    private static double IncompleteBeta(double a, double b, double x)
    {
        if (x <= 0)
            return 0;
        if (x >= 1)
            return 1;
        if (x > (a + 1) / (a + b + 2))
            return 1 - IncompleteBeta(b, a, 1 - x);
        var front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + a * Math.Log(x) + b * Math.Log(1 - x)) / a;

        // Lentz's evaluation of the continued fraction 26.5.8.
        double c = 1,
            d = 1 - (a + b) * x / (a + 1);
        d = 1 / d;
        var fraction = d;
        for (var m = 1; m <= 400; m++)
        {
            var even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / (1 + even * d);
            c = 1 + even / c;
            fraction *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / (1 + odd * d);
            c = 1 + odd / c;
            var step = d * c;
            fraction *= step;
            if (Math.Abs(step - 1) < 1e-16)
                break;
        }

        return front * fraction;
    }

    // Stirling's series after shifting the argument above 12: relative error below 10⁻¹⁴.
    private static double LogGamma(double x)
    {
        double shift = 0;
        for (; x < 12; x++)
            shift -= Math.Log(x);
        var inverse = 1 / x;
        var square = inverse * inverse;
        var series = inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square / 1188))));
        return shift + (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI) + series;
    }
}
