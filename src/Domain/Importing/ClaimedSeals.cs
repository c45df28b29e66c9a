using Domain.Forecasts;
using Domain.Statistics;

namespace Domain.Importing;

/// <summary>A step that was stated as a seal, revealed or not.</summary>
/// <param name="Forecaster">The name of the forecaster.</param>
/// <param name="MadeAt">When the seal was stated, UTC.</param>
/// <param name="Statement">The seal, and what was sealed where it was revealed.</param>
public sealed record SealedStep(string Forecaster, DateTimeOffset MadeAt, Statement Statement);

/// <summary>
/// Decides whether a sealed forecast from a file fits what else was sealed on the question, as live ones do: a seal opens to one statement, and to who stated
/// it first.
/// </summary>
public static class ClaimedSeals
{
    /// <summary>What stands in its way; null where nothing does.</summary>
    /// <param name="stated">The other steps on the question that state the same seal.</param>
    /// <param name="claim">What the file says.</param>
    public static Refusal? Check(IReadOnlyList<SealedStep> stated, SealedStep claim)
    {
        ArgumentNullException.ThrowIfNull(stated);
        ArgumentNullException.ThrowIfNull(claim);
        var isRevealed = claim.Statement.RevealedAt is not null;
        foreach (var other in stated)
        {
            var isOtherRevealed = other.Statement.RevealedAt is not null;
            if (other.Forecaster == claim.Forecaster)
            {
                if (isRevealed && isOtherRevealed && !SayTheSame(claim.Statement, other.Statement))
                    return Refuse("A seal opens to one statement, and this one was revealed as another one.");
            }
            else if (isRevealed && (isOtherRevealed || other.MadeAt < claim.MadeAt))
                return Refuse($"'{other.Forecaster}' {(isOtherRevealed ? "revealed" : "stated")} this seal. Only who stated a seal first can reveal it.");
            else if (isOtherRevealed && claim.MadeAt < other.MadeAt)
                return Refuse($"'{other.Forecaster}' revealed this seal, which only who stated it first can do, and this row states it before.");
        }

        return null;
    }

    private static bool SayTheSame(Statement a, Statement b) =>
        AreEqual(One(a.Probability), One(b.Probability)) && AreEqual(a.Probabilities ?? [], b.Probabilities ?? []) && AreEqual(Points(a), Points(b));

    private static bool AreEqual(IReadOnlyList<double> a, IReadOnlyList<double> b) =>
        a.Count == b.Count && a.Zip(b).All(p => Decimals.AreEqual(p.First, p.Second));

    private static IReadOnlyList<double> One(double? probability) => probability is { } p ? [p] : [];

    private static IReadOnlyList<double> Points(Statement statement) => [.. (statement.Quantiles ?? []).SelectMany(q => (double[])[q.Level, q.Value])];

    private static Refusal Refuse(string detail) => new(RefusalKind.Conflict, detail, "seal");
}
