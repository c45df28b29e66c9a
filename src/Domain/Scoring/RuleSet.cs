namespace Domain.Scoring;

/// <summary>The versions of the rules by which questions are scored; a change of any score's meaning is a new version.</summary>
/// <remarks>
/// Since "2" the spot scores read what stood just before the spot or just before the window's end, and the bins of numbers and dates part at the decimals that were
/// written. What "1" gave stays on record and readable; nothing here computes by it any more.
/// </remarks>
public static class RuleSet
{
    /// <summary>The version by which questions are scored.</summary>
    public const string Current = "2";

    private static readonly Dictionary<string, Func<ScoringInput, IReadOnlyList<ScoreRow>>> Versions = new(StringComparer.Ordinal)
    {
        [Current] = QuestionScoring.Score,
    };

    /// <summary>Every version that can be scored by.</summary>
    public static IReadOnlyCollection<string> All => Versions.Keys;

    /// <summary>Whether a version of the rules can be scored by; by another there may be generations on record.</summary>
    public static bool CanScore(string version) => Versions.ContainsKey(version);

    /// <summary>The version by which rows are computed again that a version gave: itself, or the current one where it can no longer be scored by.</summary>
    public static string NearestTo(string version) => CanScore(version) ? version : Current;

    /// <summary>The rows that a version of the rules gives.</summary>
    /// <exception cref="ArgumentException">The version cannot be scored by, or the input cannot be scored.</exception>
    public static IReadOnlyList<ScoreRow> Score(string version, ScoringInput input) =>
        Versions.TryGetValue(version, out var score) ? score(input) : throw new ArgumentException(Refusal(version), nameof(version));

    /// <summary>Why a version cannot be scored by, and what to ask for instead.</summary>
    public static string Refusal(string version) =>
        version == "1"
            ? $"Rule set 1 cannot be scored by any more; what it gave stays readable. Ask for {string.Join(" or ", Versions.Keys)}."
            : $"There is no rule set '{version}'; there is {string.Join(", ", Versions.Keys)}.";
}
