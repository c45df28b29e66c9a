namespace Store.Views;

/// <summary>Fragments of statements about rows of scores on which a seal has a share that its forecaster has not revealed.</summary>
internal static class UnrevealedRows
{
    /// <summary>
    /// Whether an unrevealed seal stood within the window of a row <c>r</c> of a question <c>q</c>, in what the row's generation read. Of two steps made at one
    /// instant the later event holds, so that a revelation takes the place of its seal.
    /// </summary>
    public const string Exist = $"""
        (case when exists ({Sealed}) then exists (
            select from (
                select s.sealed, s.revealed_at, greatest(s.made_at, q.opens_at) as stood_from,
                    least(lead(s.made_at) over (order by s.made_at, s.sequence), s.expires_at, q.closes_at, q.known_at) as stood_until
                from {ScoreViews.Steps} s where s.question = r.question and s.forecaster = r.forecaster and s.sequence <= q.last_event_read
            ) s where s.sealed and s.revealed_at is null and s.stood_from < s.stood_until
        ) else false end)
        """;

    // Almost no row has one, which an index of the seals alone tells.
    private const string Sealed = $"select from {ScoreViews.Steps} s where s.question = r.question and s.forecaster = r.forecaster and s.sealed is true";
}
