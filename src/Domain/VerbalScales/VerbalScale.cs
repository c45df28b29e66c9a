using Domain.Statistics;

namespace Domain.VerbalScales;

/// <summary>A likelihood in words, with the range of probabilities that a scale gives it.</summary>
public sealed record VerbalTerm(string Term, IReadOnlyList<string> Synonyms, double Lower, double Upper)
{
    /// <summary>The probability at which a forecast in this term is scored: the decimal midway between its ends.</summary>
    public double Midpoint => Decimals.Midpoint(Lower, Upper);
}

/// <summary>A published scale of verbal likelihoods, kept with its version: a term's range is read in the scale that it was said in.</summary>
public sealed record VerbalScale(string Name, string Version, string Source, IReadOnlyList<VerbalTerm> Terms)
{
    /// <summary>The term of that name or synonym, whatever its case; null where the scale has none.</summary>
    public VerbalTerm? Find(string term) =>
        Terms.FirstOrDefault(t => t.Term.Equals(term, StringComparison.OrdinalIgnoreCase) || t.Synonyms.Contains(term, StringComparer.OrdinalIgnoreCase));
}
