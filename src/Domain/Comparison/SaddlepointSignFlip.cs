using System.Buffers;
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
        var rented = ArrayPool<double>.Shared.Rent(nonZero);
        try
        {
            // What does not differ flips into itself, and adds nothing to any sum below. The sign of a difference is of no account either.
            var sizes = rented.AsSpan(0, nonZero);
            var count = 0;
            foreach (var d in differences)
            {
                if (d != 0)
                    sizes[count++] = Math.Abs(d);
            }

            return TwoSided(sizes, observed, size.Value, squares.Value);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    private static double TwoSided(ReadOnlySpan<double> sizes, double observed, double size, double squares)
    {
        // If all differences have one sign, only the observed flip and its mirror are as extreme.
        if (observed >= size * (1 - 1e-12))
            return Math.ScaleB(1, 1 - sizes.Length);

        // Solve K'(t) = Σ d·tanh(t·d) = observed; K' rises from 0 to Σ|d|.
        double low = 0,
            high = double.PositiveInfinity,
            t = observed / squares,
            solved = 0,
            curvature = 0;
        for (var step = 0; step < 60; step++)
        {
            double slope = 0;
            (solved, curvature) = (t, 0);
            foreach (var d in sizes)
            {
                var e = Math.Exp(-2 * Math.Abs(t * d));
                var tanh = (1 - e) / (1 + e);
                slope += d * tanh;
                curvature += d * d * (1 - tanh * tanh);
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

        double cumulant = 0;
        foreach (var d in sizes)
            cumulant += Math.Abs(solved * d) + Math.Log((1 + Math.Exp(-2 * Math.Abs(solved * d))) / 2);
        var root = Math.Sqrt(Math.Max(0, 2 * (t * observed - cumulant)));
        var tilt = t * Math.Sqrt(curvature);

        // Near the center both terms diverge and cancel. The distribution is nearly normal there.
        var tail =
            root < 1e-4
                ? 1 - NormalDistribution.Cdf(observed / Math.Sqrt(squares))
                : NormalDistribution.Cdf(-root) + NormalDistribution.Density(root) * (1 / tilt - 1 / root);
        return Math.Clamp(2 * tail, Math.ScaleB(1, 1 - Math.Min(sizes.Length, 1000)), 1);
    }
}
