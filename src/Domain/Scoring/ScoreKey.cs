using Domain.Questions;
using Domain.Scoring.Points;
using Domain.Scoring.Rules;

namespace Domain.Scoring;

/// <summary>One of the scores that a row may hold: its name, and what it means.</summary>
/// <remarks>
/// Rows keep their scores by name, since what was recorded may hold a score that no rule gives any more. Whoever asks for a score asks by key, which is one of
/// <see cref="All"/>.
/// </remarks>
public sealed class ScoreKey
{
    private static readonly Lazy<IReadOnlyList<ScoreKey>> Every = new(() => [.. ScoringRules.All.SelectMany(r => r.Keys), .. PointScores.All]);

    private static readonly Lazy<Dictionary<string, ScoreKey>> ByName = new(() => Every.Value.ToDictionary(k => k.Name, StringComparer.Ordinal));

    internal ScoreKey(string name, ScoreBasis basis, ScoreOrientation orientation, IReadOnlyList<QuestionType> appliesTo) =>
        (Name, Basis, Orientation, AppliesTo) = (name, basis, orientation, appliesTo);

    /// <summary>Every score: those of the rules, then those in points.</summary>
    public static IReadOnlyList<ScoreKey> All => Every.Value;

    /// <summary>The name, such as <c>brier.final</c> or <c>peer</c>.</summary>
    public string Name { get; }

    /// <summary>The name up to the dot, which is the rule's where a rule gives the score: <c>brier</c> of <c>brier.final</c>.</summary>
    public string Rule => Name.Split('.')[0];

    /// <summary>Over which time it is taken.</summary>
    public ScoreBasis Basis { get; }

    /// <summary>Whether the lesser or the greater score is the better one.</summary>
    public ScoreOrientation Orientation { get; }

    /// <summary>The types of the questions that have this score.</summary>
    public IReadOnlyList<QuestionType> AppliesTo { get; }

    /// <summary>The score of that name; null where there is none.</summary>
    public static ScoreKey? Named(string name) => ByName.Value.GetValueOrDefault(name);

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
