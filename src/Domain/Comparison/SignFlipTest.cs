using System.Numerics;
using Domain.Statistics;

namespace Domain.Comparison;

/// <summary>How a sign-flip p-value was obtained.</summary>
public enum SignFlipMethod
{
    /// <summary>All 2ⁿ ways to flip signs were counted.</summary>
    Exact,

    /// <summary>Seeded random flips: (1 + flips as far out)/(flips + 1).</summary>
    MonteCarlo,

    /// <summary>The Lugannani–Rice approximation to the exact p-value.</summary>
    Saddlepoint,
}

/// <summary>
/// Tests whether paired differences are symmetric about 0, by flipping their signs. Source: Fisher, "The Design of Experiments" (1935), 21;
/// Phipson and Smyth, "Permutation p-values should never be zero" (2010), for the Monte Carlo form.
/// </summary>
/// <param name="TwoSided">P(|Σ±d| ≥ |Σd|).</param>
/// <param name="Less">P(Σ±d ≤ Σd).</param>
/// <param name="Greater">P(Σ±d ≥ Σd).</param>
/// <param name="Method">How the p-values were obtained.</param>
public sealed record SignFlipTest(double TwoSided, double Less, double Greater, SignFlipMethod Method)
{
    /// <summary>Up to so many differences all flips are counted.</summary>
    public const int ExactUpTo = 20;

    /// <summary>How many random flips are made unless told otherwise.</summary>
    public const int DefaultFlips = 10_000;

    /// <summary>
    /// The p-values of differences that are independent of each other: exact up to <see cref="ExactUpTo"/>, seeded Monte Carlo above. All are 1
    /// when there are none.
    /// </summary>
    public static SignFlipTest Of(ReadOnlySpan<double> differences, int flips = DefaultFlips, ulong seed = 0) =>
        differences.Length <= ExactUpTo ? Exact(differences) : MonteCarlo(differences, flips, seed);

    /// <summary>
    /// Counts all 2ⁿ flips, n ≤ 40. The sums of either half's flips are sorted and matched, so that the work is 2^(n/2), not 2ⁿ.
    /// </summary>
    public static SignFlipTest Exact(ReadOnlySpan<double> differences)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(differences.Length, 40, nameof(differences));
        var (observed, slack) = Observed(differences);
        var half = differences.Length / 2;
        var left = Flips(differences[..half]);
        var right = Flips(differences[half..]);
        var all = Math.ScaleB(1, differences.Length);

        // Flipping every sign mirrors the distribution, so that either tail follows from counts above.
        var greater = AtLeast(left, right, observed - slack) / all;
        var less = AtLeast(left, right, -observed - slack) / all;
        return new SignFlipTest(Math.Min(1, 2 * Math.Min(less, greater)), less, greater, SignFlipMethod.Exact);
    }

    /// <summary>Flips signs at random, the same way for the same seed.</summary>
    public static SignFlipTest MonteCarlo(ReadOnlySpan<double> differences, int flips = DefaultFlips, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(flips, 1);
        var (observed, slack) = Observed(differences);
        int less = 1,
            greater = 1,
            outside = 1;
        for (var flip = 0; flip < flips; flip++)
        {
            var stream = CounterRandom.Stream(seed, flip);
            double sum = 0;
            ulong bits = 0;
            for (var i = 0; i < differences.Length; i++)
            {
                if ((i & 63) == 0)
                    bits = CounterRandom.Bits(stream, i >> 6);
                sum += (bits & 1) == 0 ? differences[i] : -differences[i];
                bits >>= 1;
            }

            if (sum <= observed + slack)
                less++;
            if (sum >= observed - slack)
                greater++;
            if (Math.Abs(sum) >= Math.Abs(observed) - slack)
                outside++;
        }

        var all = flips + 1.0;
        return new SignFlipTest(outside / all, less / all, greater / all, SignFlipMethod.MonteCarlo);
    }

    // A sum that differs from the observed one only by rounding counts as equally extreme.
    private static (double Sum, double Slack) Observed(ReadOnlySpan<double> differences)
    {
        CompensatedSum sum = default,
            size = default;
        foreach (var difference in differences)
        {
            if (!double.IsFinite(difference))
                throw new ArgumentException($"A difference is {difference}, not finite.", nameof(differences));
            sum.Add(difference);
            size.Add(Math.Abs(difference));
        }

        return (sum.Value, 1e-12 * size.Value);
    }

    private static double[] Flips(ReadOnlySpan<double> differences)
    {
        var sums = new double[1 << differences.Length];
        for (var i = 0; i < differences.Length; i++)
            sums[0] -= differences[i];
        for (var flip = 1; flip < sums.Length; flip++)
            sums[flip] = sums[flip & (flip - 1)] + 2 * differences[BitOperations.TrailingZeroCount(flip)];
        Array.Sort(sums);
        return sums;
    }

    private static double AtLeast(double[] left, double[] right, double threshold)
    {
        double count = 0;
        var place = right.Length;
        foreach (var sum in left)
        {
            while (place > 0 && sum + right[place - 1] >= threshold)
                place--;
            count += right.Length - place;
        }

        return count;
    }
}
