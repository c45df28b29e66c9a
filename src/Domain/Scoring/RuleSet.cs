namespace Domain.Scoring;

/// <summary>The versions of the rules by which questions are scored; a change of any score's meaning is a new version.</summary>
public static class RuleSet
{
    /// <summary>The version by which questions are scored unless another is asked for.</summary>
    public const string Current = "1";

    private static readonly Dictionary<string, Func<ScoringInput, IReadOnlyList<ScoreRow>>> Versions = new(StringComparer.Ordinal)
    {
        ["1"] = QuestionScoring.Score,
    };

    /// <summary>Every version that can still be scored by.</summary>
    public static IReadOnlyCollection<string> All => Versions.Keys;

    /// <summary>The rows that a version of the rules gives.</summary>
    /// <exception cref="ArgumentException">There is no such version, or the input cannot be scored.</exception>
    public static IReadOnlyList<ScoreRow> Score(string version, ScoringInput input) => Versions.TryGetValue(version, out var score)
        ? score(input)
        : throw new ArgumentException($"There is no rule set '{version}'; there are {string.Join(", ", Versions.Keys)}.", nameof(version));
}
