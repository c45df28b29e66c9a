using System.Collections.Immutable;
using Domain.Consensus.Methods;

namespace Domain.Consensus;

/// <summary>The methods of consensus: one for each class that derives from <see cref="ConsensusMethod"/>.</summary>
public static class ConsensusMethods
{
    /// <summary>What the forecaster name of every consensus begins with.</summary>
    public const string Prefix = "consensus:";

    /// <summary>All methods, in the order of lists.</summary>
    public static ImmutableArray<ConsensusMethod> All { get; } = Registry.EntriesOf<ConsensusMethod>(typeof(ConsensusMethod).Assembly);

    /// <summary>The methods that apply to numeric and date questions.</summary>
    public static ImmutableArray<ConsensusMethod> OfDistributions { get; } = [.. All.Where(m => m.AppliesToDistributions)];

    /// <summary>The method that is meant where none is named.</summary>
    public static ConsensusMethod Default { get; } = All.OfType<Median>().Single();

    /// <summary>The method of that name; null where there is none.</summary>
    public static ConsensusMethod? Find(string name)
    {
        foreach (var method in All)
        {
            if (method.Name == name)
                return method;
        }

        return null;
    }

    /// <summary>The method that is scored under a forecaster's name, such as <c>consensus:median</c>; null where the name is no method's.</summary>
    public static ConsensusMethod? OfForecaster(string forecaster)
    {
        ArgumentNullException.ThrowIfNull(forecaster);
        return forecaster.StartsWith(Prefix, StringComparison.Ordinal) ? Find(forecaster[Prefix.Length..]) : null;
    }
}
