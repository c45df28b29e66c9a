using Domain.Scoring;
using Domain.Scoring.Rules;
using Domain.Statistics;

namespace Domain.Tests.Scoring;

/// <summary>The pseudospherical score of order 3: (p(o)/‖p‖₃)². Source: Gneiting &amp; Raftery (2007), section 3.</summary>
internal readonly struct PseudosphericalScore : ICategoricalRule
{
    /// <inheritdoc/>
    public static ScoringRule Rule { get; } =
        new()
        {
            Name = "pseudospherical",
            Formula = "(p(o)/‖p‖₃)²",
            Least = 0,
            Greatest = 1,
            Orientation = ScoreOrientation.HigherIsBetter,
            Source = "Gneiting & Raftery 2007",
            Use = "as a rule between `spherical` and picking the favourite",
        };

    /// <inheritdoc/>
    public static double Of(ReadOnlySpan<double> p, int outcome) => Square(p[outcome] / Norm(p));

    /// <inheritdoc/>
    public static double Of(ReadOnlySpan<double> p, ReadOnlySpan<double> degrees)
    {
        var sum = default(CompensatedSum);
        for (var k = 0; k < p.Length; k++)
            sum.Add(degrees[k] * Square(p[k] / Norm(p)));
        return sum.Value;
    }

    private static double Square(double x) => x * x;

    private static double Norm(ReadOnlySpan<double> p)
    {
        var cubes = default(CompensatedSum);
        foreach (var each in p)
            cubes.Add(each * each * each);
        return Math.Cbrt(cubes.Value);
    }
}
