using Domain.Forecasts;
using Domain.Statistics;
using Domain.VerbalScales;

namespace Domain.Catalogue;

/// <summary>
/// How the catalogue reads the document's likelihoods. "Highly unlikely" is a term of the UK's PHIA yardstick as it stands; the looser words
/// are our reading, kept here with a version so that every answer can say which it is.
/// </summary>
public static class CatalogueReading
{
    /// <summary>The version of this reading, which every answer names.</summary>
    public const string Version = "1";

    /// <summary>The looser words, and the PHIA term that we read each as.</summary>
    public static IReadOnlyDictionary<string, string> Terms { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["could"] = "realistic possibility",
            ["remains uncertain"] = "realistic possibility",
            ["will be willing"] = "likely",
            ["tend to"] = "likely",
            ["not likely to sit by"] = "likely",
            ["will continue"] = "highly likely",
        };

    /// <summary>The document's words as a forecast; <paramref name="negated"/> where they are said of the question coming out no.</summary>
    public static CatalogueStatement Read(string words, bool negated = false)
    {
        var phia = VerbalScales.VerbalScales.Find("phia")!;
        var direct = phia.Find(words);
        var term = direct ?? phia.Find(Terms[words])!;
        var (lower, upper) = negated ? (Decimals.Rounded(1 - term.Upper), Decimals.Rounded(1 - term.Lower)) : (term.Lower, term.Upper);
        var scale = direct is null ? $"phia, catalogue reading {Version}" : "phia";
        return new CatalogueStatement(
            words,
            negated ? Decimals.Rounded(1 - term.Midpoint) : term.Midpoint,
            new VerbalStatement(negated ? $"{term.Term} (that it does not)" : term.Term, scale, phia.Version, lower, upper)
        );
    }
}
