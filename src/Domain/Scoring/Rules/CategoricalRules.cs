using Domain.Statistics;

namespace Domain.Scoring.Rules;

/// <summary>
/// Proper scoring rules for a probability on each of K options, of which the one at index <c>o</c> came true, or, where the outcome is partial, each
/// came true to a degree oₖ. A rule that is linear in the outcome is then its expectation under o.
/// </summary>
public static class CategoricalRules
{
    /// <summary>
    /// The Brier score, ½·Σ(pₖ − oₖ)², from 0 to 1, lower is better; (p − o)² on a binary question. Brier (1950), halved.
    /// </summary>
    public static double Brier(ReadOnlySpan<double> p, int outcome) => BrierGjp(p, outcome) / 2;

    /// <summary>The Brier score as Good Judgment prints it, Σ(pₖ − oₖ)², from 0 to 2, lower is better. Brier (1950).</summary>
    public static double BrierGjp(ReadOnlySpan<double> p, int outcome)
    {
        if (p.Length == 2)
        {
            var (miss0, miss1) = (p[0] - (1 - outcome), p[1] - outcome);
            return (miss0 * miss0) + (miss1 * miss1);
        }

        var sum = default(CompensatedSum);
        for (var k = 0; k < p.Length; k++)
        {
            var miss = p[k] - (k == outcome ? 1 : 0);
            sum.Add(miss * miss);
        }

        return sum.Value;
    }

    /// <summary>
    /// The ordered Brier score: the mean, over the K − 1 splits between neighbouring options, of the two-sided Brier score of the split; from
    /// 0 to 2, lower is better. Jose, Nau &amp; Winkler (2009).
    /// </summary>
    public static double BrierOrdered(ReadOnlySpan<double> p, int outcome)
    {
        var sum = default(CompensatedSum);
        var below = default(CompensatedSum);
        for (var split = 0; split < p.Length - 1; split++)
        {
            below.Add(p[split]);
            var miss = below.Value - (outcome <= split ? 1 : 0);
            sum.Add(2 * miss * miss);
        }

        return sum.Value / (p.Length - 1);
    }

    /// <summary>The logarithmic score −ln p(o) of the clipped probability, in nats, 0 or more, lower is better. Good (1952).</summary>
    public static double Log(ReadOnlySpan<double> p, int outcome) => -Math.Log(Clip(p[outcome]));

    /// <summary>The spherical score p(o)/‖p‖₂, from 0 to 1, higher is better. Roby (1965).</summary>
    public static double Spherical(ReadOnlySpan<double> p, int outcome)
    {
        if (p.Length == 2)
            return p[outcome] / Math.Sqrt((p[0] * p[0]) + (p[1] * p[1]));
        var squares = default(CompensatedSum);
        foreach (var each in p)
            squares.Add(each * each);
        return p[outcome] / Math.Sqrt(squares.Value);
    }

    /// <summary>The Brier score against a partial outcome, ½·Σ(pₖ − oₖ)²; (p − o)² on a binary question.</summary>
    /// <param name="p">The probabilities.</param>
    /// <param name="degrees">The degrees to which the options hold, in the same order, together 1.</param>
    public static double Brier(ReadOnlySpan<double> p, ReadOnlySpan<double> degrees) => BrierGjp(p, degrees) / 2;

    /// <summary>The same as Good Judgment prints it, Σ(pₖ − oₖ)².</summary>
    /// <inheritdoc cref="Brier(ReadOnlySpan{double}, ReadOnlySpan{double})"/>
    public static double BrierGjp(ReadOnlySpan<double> p, ReadOnlySpan<double> degrees)
    {
        var sum = default(CompensatedSum);
        for (var k = 0; k < p.Length; k++)
            sum.Add((p[k] - degrees[k]) * (p[k] - degrees[k]));
        return sum.Value;
    }

    /// <summary>The ordered Brier score against a partial outcome: the same mean over the splits, of cumulative sums of both.</summary>
    /// <inheritdoc cref="Brier(ReadOnlySpan{double}, ReadOnlySpan{double})"/>
    public static double BrierOrdered(ReadOnlySpan<double> p, ReadOnlySpan<double> degrees)
    {
        CompensatedSum sum = default,
            below = default;
        for (var split = 0; split < p.Length - 1; split++)
        {
            below.Add(p[split]);
            below.Add(-degrees[split]);
            sum.Add(2 * below.Value * below.Value);
        }

        return sum.Value / (p.Length - 1);
    }

    /// <summary>The logarithmic score against a partial outcome, −Σ oₖ·ln pₖ of the clipped probabilities, in nats.</summary>
    /// <inheritdoc cref="Brier(ReadOnlySpan{double}, ReadOnlySpan{double})"/>
    public static double Log(ReadOnlySpan<double> p, ReadOnlySpan<double> degrees)
    {
        var sum = default(CompensatedSum);
        for (var k = 0; k < p.Length; k++)
        {
            if (degrees[k] > 0)
                sum.Add(-degrees[k] * Math.Log(Clip(p[k])));
        }

        return sum.Value;
    }

    /// <summary>The spherical score against a partial outcome, Σ oₖ·pₖ/‖p‖₂.</summary>
    /// <inheritdoc cref="Brier(ReadOnlySpan{double}, ReadOnlySpan{double})"/>
    public static double Spherical(ReadOnlySpan<double> p, ReadOnlySpan<double> degrees)
    {
        CompensatedSum given = default,
            squares = default;
        for (var k = 0; k < p.Length; k++)
        {
            given.Add(degrees[k] * p[k]);
            squares.Add(p[k] * p[k]);
        }

        return given.Value / Math.Sqrt(squares.Value);
    }

    public static double Clip(double p) => ClippedProbability.Of(p);

    public static bool IsClipped(double p) => ClippedProbability.Moves(p);
}
