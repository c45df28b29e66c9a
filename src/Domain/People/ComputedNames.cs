namespace Domain.People;

/// <summary>The names of forecasters that are computed here: nobody forecasts under them, and no file brings forecasts in under them.</summary>
public static class ComputedNames
{
    public const string Uniform = "reference:uniform";
    public const string BaseRate = "reference:base-rate";
    public const string StatusQuo = "reference:status-quo";
    public const string ConstantHazard = "reference:constant-hazard";

    /// <summary>What the name of every consensus begins with.</summary>
    public const string Consensus = "consensus:";

    /// <summary>The references.</summary>
    public static IReadOnlyList<string> References { get; } = [Uniform, BaseRate, StatusQuo, ConstantHazard];

    /// <summary>Whether the name is kept for what is computed: that of a reference, or one that begins as those of consensus do.</summary>
    public static bool Holds(string forecaster)
    {
        ArgumentNullException.ThrowIfNull(forecaster);
        return References.Contains(forecaster, StringComparer.Ordinal) || forecaster.StartsWith(Consensus, StringComparison.Ordinal);
    }
}
