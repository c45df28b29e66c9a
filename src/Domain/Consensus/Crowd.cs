using Domain.People;

namespace Domain.Consensus;

/// <summary>Who makes up the crowd, and by which methods it is made one forecast.</summary>
public static class Crowd
{
    private static readonly (string Name, ConsensusMethod Method)[] Named =
    [
        ("median", ConsensusMethod.Median),
        ("mean", ConsensusMethod.Mean),
        ("geometric-mean-of-odds", ConsensusMethod.GeometricMeanOfOdds),
        ("extremized", ConsensusMethod.Extremized),
        ("recency-weighted", ConsensusMethod.RecencyWeighted),
        ("skill-weighted", ConsensusMethod.SkillWeighted),
    ];

    /// <summary>The names of all methods.</summary>
    public static IReadOnlyList<string> Methods { get; } = [.. Named.Select(n => n.Name)];

    /// <summary>The names of the methods that apply to distributions; those by odds do not.</summary>
    public static IReadOnlyList<string> DistributionMethods { get; } = [.. Named.Where(n => AppliesToDistributions(n.Method)).Select(n => n.Name)];

    /// <summary>Whether forecasts of this kind make up the crowd: persons and bots alone.</summary>
    public static bool Counts(ForecasterKind kind) => kind is ForecasterKind.Person or ForecasterKind.Bot;

    /// <summary>The name of the method's forecaster, such as <c>consensus:median</c>.</summary>
    public static string ForecasterOf(string method) => $"consensus:{method}";

    /// <exception cref="ArgumentException">There is no such method.</exception>
    internal static ConsensusMethod MethodNamed(string name)
    {
        foreach (var (each, method) in Named)
        {
            if (each == name)
                return method;
        }

        throw new ArgumentException($"There is no consensus method '{name}'.", nameof(name));
    }

    internal static bool AppliesToDistributions(ConsensusMethod method) => method is not (ConsensusMethod.GeometricMeanOfOdds or ConsensusMethod.Extremized);
}
