using Domain.Statistics;

namespace Domain.Comparison;

/// <summary>
/// The two-sided sign-flip p-value without flipping: within a few percent of the exact one also far out in the tail, where random flips see
/// nothing, and fast enough for all pairs of a large board. Source: Lugannani and Rice, "Saddle point approximation for the distribution
/// of the sum of independent random variables" (Advances in Applied Probability 12, 1980); Robinson, "Saddlepoint approximations for
/// permutation tests and confidence intervals" (JRSS B 44, 1982).
/// </summary>
public static class SaddlepointSignFlip
{
    /// <summary>P(|Σ±d| ≥ |Σd|), in (0, 1]; 1 when there are no differences or their sum is 0.</summary>
    public static double TwoSided(ReadOnlySpan<double> differences)
    {
        CompensatedSum signed = default,
            size = default,
            squares = default;
        var nonZero = 0;
        foreach (var d in differences)
        {
            signed.Add(d);
            size.Add(Math.Abs(d));
            squares.Add(d * d);
            if (d != 0)
                nonZero++;
        }

        var observed = Math.Abs(signed.Value);
        if (observed <= 1e-12 * size.Value)
            return 1;

        // If all differences have one sign, only the observed flip and its mirror are as extreme.
        if (observed >= size.Value * (1 - 1e-12))
            return Math.ScaleB(1, 1 - nonZero);

        // Solve K'(t) = Σ d·tanh(t·d) = observed; K' rises from 0 to Σ|d|.
        double low = 0,
            high = double.PositiveInfinity,
            t = observed / squares.Value,
            curvature = 0,
            cumulant = 0;
        for (var step = 0; step < 60; step++)
        {
            double slope = 0;
            (curvature, cumulant) = (0, 0);
            foreach (var d in differences)
            {
                var e = Math.Exp(-2 * Math.Abs(t * d));
                var tanh = (1 - e) / (1 + e);
                slope += Math.Abs(d) * tanh;
                curvature += d * d * (1 - tanh * tanh);
                cumulant += Math.Abs(t * d) + Math.Log((1 + e) / 2);
            }

            var missing = observed - slope;
            if (Math.Abs(missing) <= 1e-10 * observed)
                break;
            if (missing > 0)
                low = t;
            else
                high = t;
            var next = t + missing / curvature;
            t =
                next > low && next < high ? next
                : double.IsInfinity(high) ? 2 * t
                : 0.5 * (low + high);
        }

        var root = Math.Sqrt(Math.Max(0, 2 * (t * observed - cumulant)));
        var tilt = t * Math.Sqrt(curvature);

        // Near the center both terms diverge and cancel. The distribution is nearly normal there.
        var tail =
            root < 1e-4
                ? 1 - NormalDistribution.Cdf(observed / Math.Sqrt(squares.Value))
                : NormalDistribution.Cdf(-root) + NormalDistribution.Density(root) * (1 / tilt - 1 / root);
        return Math.Clamp(2 * tail, Math.ScaleB(1, 1 - Math.Min(nonZero, 1000)), 1);
    }
}
