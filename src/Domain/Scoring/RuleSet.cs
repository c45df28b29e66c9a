using Domain.Questions;
using Domain.Scoring.Rules;

namespace Domain.Scoring;

/// <summary>A version of the rules by which questions are scored. A change of any score's meaning is a new version; a rule that is added is none.</summary>
/// <remarks>
/// Since "2" the spot scores read what stood just before the spot or just before the window's end, and the bins of numbers and dates part at the decimals
/// that were written. What "1" gave stays on record and readable; nothing here computes by it any more.
/// </remarks>
public sealed class RuleSet
{
    private readonly RuleLayout[] _layouts;

    /// <param name="version">The name of the version.</param>
    /// <param name="rules">Its rules, the Brier scores among them, which <c>relativeBrier</c> compares.</param>
    /// <exception cref="ArgumentException">
    /// More rules apply to a type of question than there is room for, two have one name, or one is a multiple of another that is missing.
    /// </exception>
    public RuleSet(string version, IReadOnlyList<ScoringRule> rules)
    {
        (Version, Rules) = (version, rules);
        _layouts = [.. QuestionTypes.All.Select(type => new RuleLayout(rules, type))];
    }

    /// <summary>The version by which questions are scored.</summary>
    public static RuleSet Current { get; } = new("2", ScoringRules.All);

    /// <summary>Every version that can be scored by.</summary>
    public static IReadOnlyList<RuleSet> All { get; } = [Current];

    /// <summary>The name of the version, which generations carry.</summary>
    public string Version { get; }

    /// <summary>The rules.</summary>
    public IReadOnlyList<ScoringRule> Rules { get; }

    /// <summary>The version of that name; null where it cannot be scored by, though there may be generations by it on record.</summary>
    public static RuleSet? Named(string version) => All.FirstOrDefault(r => r.Version == version);

    /// <summary>The version by which rows are computed again that a version gave: itself, or the current one where it can no longer be scored by.</summary>
    public static RuleSet NearestTo(string version) => Named(version) ?? Current;

    /// <summary>Why a version cannot be scored by, and what to ask for instead.</summary>
    public static string Refusal(string version) =>
        version == "1"
            ? $"Rule set 1 cannot be scored by any more; what it gave stays readable. Ask for {string.Join(" or ", All)}."
            : $"There is no rule set '{version}'; there is {string.Join(", ", All)}.";

    /// <summary>The version's name.</summary>
    public override string ToString() => Version;

    /// <summary>The rules that apply to questions of a type.</summary>
    internal RuleLayout LayoutOf(QuestionType type) => _layouts[(int)type];
}
