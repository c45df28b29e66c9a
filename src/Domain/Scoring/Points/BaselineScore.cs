using Domain.Distributions;

namespace Domain.Scoring.Points;

/// <summary>
/// The baseline score of a forecast that gave the outcome ln p: 100·ln(p·K)/ln K of K options, 50·ln(p/reference) of a bin. 0 is the uniform forecast.
/// </summary>
/// <param name="Reference">What the reference gives the outcome, as a logarithm.</param>
/// <param name="Unit">What a difference of 1 in ln p is worth.</param>
internal readonly record struct BaselineScore(double Reference, double Unit)
{
    /// <summary>The score on a question with options.</summary>
    public static BaselineScore OfOptions(int count) => new(-Math.Log(count), 100 / Math.Log(count));

    /// <summary>The score on a question with a range.</summary>
    public static BaselineScore OfBin(OutcomeBins bins, OutcomeBin bin) => new(Math.Log(bins.ReferenceProbability(bin)), 50);

    /// <summary>The score of ln p.</summary>
    public double Of(double logP) => Unit * (logP - Reference);
}
