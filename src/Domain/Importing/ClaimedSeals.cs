using Domain.Forecasts;
using Domain.Statistics;

namespace Domain.Importing;

/// <summary>
/// Decides whether a sealed forecast from a file fits what else was sealed on the question, as live ones do: a seal opens to one statement, and to who stated
/// it first. Among files time decides who was first. What was stated here decides by the record: no file can be before it, so that whoever sealed here can
/// reveal, and what is exported then imports again.
/// </summary>
public static class ClaimedSeals
{
    /// <summary>What stands in its way; null where nothing does.</summary>
    /// <param name="known">What is known of the seal on the question; null where nobody stated it.</param>
    /// <param name="claim">What the file says.</param>
    public static Refusal? Check(SealOnRecord? known, SealedStep claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        if (known is null)
            return null;
        var isRevealed = claim.Statement.RevealedAt is not null;
        if (known.First == claim.Forecaster)
        {
            return isRevealed && known.Opened is { } opened && !SayTheSame(claim.Statement, opened)
                ? Refuse("A seal opens to one statement, and this one was revealed as another one.")
                : null;
        }

        // At one instant nobody is first but who reveals: here two may have sealed in one commit.
        if (isRevealed)
        {
            return known.Opened is not null || known.IsLive || known.FirstAt < claim.MadeAt
                ? Refuse($"'{known.First}' {(known.Opened is null ? "stated" : "revealed")} this seal. Only who stated a seal first can reveal it.")
                : null;
        }

        return (known.Opened is not null || known.IsLive) && known.IsAfter(claim)
            ? Refuse(
                known.Opened is null
                    ? $"'{known.First}' stated this seal here, and this row states it before. Nobody is first by a file."
                    : $"'{known.First}' revealed this seal, which only who stated it first can do, and this row states it before."
            )
            : null;
    }

    private static bool SayTheSame(Statement a, Statement b) =>
        AreEqual(One(a.Probability), One(b.Probability)) && AreEqual(a.Probabilities ?? [], b.Probabilities ?? []) && AreEqual(Points(a), Points(b));

    private static bool AreEqual(IReadOnlyList<double> a, IReadOnlyList<double> b) =>
        a.Count == b.Count && a.Zip(b).All(p => Decimals.AreEqual(p.First, p.Second));

    private static IReadOnlyList<double> One(double? probability) => probability is { } p ? [p] : [];

    private static IReadOnlyList<double> Points(Statement statement) => [.. (statement.Quantiles ?? []).SelectMany(q => (double[])[q.Level, q.Value])];

    private static Refusal Refuse(string detail) => new(RefusalKind.Conflict, detail, "seal");
}
