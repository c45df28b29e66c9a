using Domain.Statistics;

namespace Domain.Scoring.Rules;

/// <summary>The spherical score p(o)/‖p‖₂. Source: Roby (1965).</summary>
public readonly struct SphericalScore : ICategoricalRule
{
    /// <inheritdoc/>
    public static ScoringRule Rule { get; } =
        new()
        {
            Name = "spherical",
            Formula = "p(o)/‖p‖₂",
            Least = 0,
            Greatest = 1,
            Orientation = ScoreOrientation.HigherIsBetter,
            Source = "Roby 1965",
            Use = "as a bounded alternative to `log`",
        };

    /// <inheritdoc/>
    public static double Of(ReadOnlySpan<double> p, int outcome)
    {
        if (p.Length == 2)
            return p[outcome] / Math.Sqrt((p[0] * p[0]) + (p[1] * p[1]));
        var squares = default(CompensatedSum);
        foreach (var each in p)
            squares.Add(each * each);
        return p[outcome] / Math.Sqrt(squares.Value);
    }

    /// <summary>Σ oₖ·pₖ/‖p‖₂.</summary>
    /// <inheritdoc/>
    public static double Of(ReadOnlySpan<double> p, ReadOnlySpan<double> degrees)
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
}
