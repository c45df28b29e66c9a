using Domain.Statistics;

namespace Domain.VerbalScales;

/// <summary>A likelihood in words, with the range of probabilities that a scale gives it.</summary>
/// <param name="Term">The term as the scale spells it.</param>
/// <param name="Synonyms">Other words that the scale gives the same range; they are found in any case.</param>
/// <param name="Lower">The lower end of the range, in [0, 1]; it is included.</param>
/// <param name="Upper">The upper end, in [<paramref name="Lower"/>, 1]; it is included.</param>
public sealed record VerbalTerm(string Term, IReadOnlyList<string> Synonyms, double Lower, double Upper)
{
    /// <summary>The probability at which a forecast in this term is scored: the decimal midway between its ends.</summary>
    public double Midpoint => Decimals.Midpoint(Lower, Upper);
}

/// <summary>A published scale of verbal likelihoods. A forecast keeps its version, so that a term is always read in the scale in which it was stated.</summary>
/// <param name="Name">The name by which a forecast refers to the scale, such as <c>icd203</c>.</param>
/// <param name="Version">The edition of the source.</param>
/// <param name="Source">The document that publishes the scale.</param>
/// <param name="Terms">The terms, from the least likely to the most likely.</param>
public sealed record VerbalScale(string Name, string Version, string Source, IReadOnlyList<VerbalTerm> Terms)
{
    /// <summary>The term of that name or synonym, whatever its case; null where the scale has none.</summary>
    public VerbalTerm? Find(string term) =>
        Terms.FirstOrDefault(t => t.Term.Equals(term, StringComparison.OrdinalIgnoreCase) || t.Synonyms.Contains(term, StringComparer.OrdinalIgnoreCase));
}
