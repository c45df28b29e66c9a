namespace Domain.People;

/// <summary>A token that was given out.</summary>
/// <param name="Owner">Whose it is: the analyst's slug.</param>
/// <param name="IssuedBy">Who gave it out: an analyst's slug, or <c>operator:</c> and the account of the command line.</param>
/// <param name="At">The instant of recording.</param>
public sealed record TokenIssue(string Owner, string IssuedBy, DateTimeOffset At);

/// <summary>
/// Whether two people who settle an outcome together may be one. A resolution wants two people; an admin who makes a resolver and confirms as that
/// resolver is one. It is not refused, since the same admin rightly lets in both members of a small team on one day. It is said.
/// </summary>
public static class TokenLinks
{
    /// <summary>How long before the confirmation a token must have been issued to count; the end is included.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(1);

    /// <summary>What links the two, as a sentence; null where nothing does.</summary>
    /// <param name="proposer">Who proposed: a slug.</param>
    /// <param name="confirmer">Who confirmed: a slug.</param>
    /// <param name="confirmedAt">The instant of the confirmation.</param>
    /// <param name="issues">The tokens of both, in any order; those of others do not matter.</param>
    public static string? Find(string proposer, string confirmer, DateTimeOffset confirmedAt, IEnumerable<TokenIssue> issues)
    {
        var recent = issues.Where(i => i.At <= confirmedAt && confirmedAt - i.At <= Window).ToList();
        var (proposers, confirmers) = (Issuers(recent, proposer), Issuers(recent, confirmer));
        if (confirmers.Contains(proposer))
            return $"{proposer} issued a token of {confirmer} in the day before.";
        if (proposers.Contains(confirmer))
            return $"{confirmer} issued a token of {proposer} in the day before.";
        return proposers.FirstOrDefault(confirmers.Contains) is { } both ? $"{both} issued tokens of {proposer} and of {confirmer} in the day before." : null;
    }

    private static SortedSet<string> Issuers(IEnumerable<TokenIssue> issues, string owner) =>
        new(issues.Where(i => i.Owner == owner).Select(i => i.IssuedBy), StringComparer.Ordinal);
}
