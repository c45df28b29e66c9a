using System.Reflection;

namespace Domain.Scoring.Rules;

/// <summary>Every proper scoring rule there is: what this assembly implements.</summary>
public static class ScoringRules
{
    /// <summary>The rules for options by name, then those for distributions by name. Scores, columns and tables go by this order.</summary>
    public static IReadOnlyList<ScoringRule> All { get; } =
    [
        .. typeof(ScoringRules)
            .Assembly.GetTypes()
            .Where(t => t.IsValueType && t.IsAssignableTo(typeof(IScoringRule)))
            .Select(Described)
            .OrderBy(r => r.Distribution is not null)
            .ThenBy(r => r.Name, StringComparer.Ordinal),
    ];

    private static ScoringRule Described(Type type)
    {
        var describe = type.IsAssignableTo(typeof(ICategoricalRule)) ? nameof(ScoringRule.OfOptions) : nameof(ScoringRule.OfDistributions);
        return (ScoringRule)typeof(ScoringRule).GetMethod(describe, BindingFlags.Public | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, null)!;
    }
}
