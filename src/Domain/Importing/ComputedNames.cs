using Domain.Consensus;
using References = Domain.ReferenceForecasters.ReferenceForecasters;

namespace Domain.Importing;

/// <summary>The names of forecasters that are computed here: nobody forecasts under them, and no file brings forecasts in under them.</summary>
public static class ComputedNames
{
    /// <summary>Whether the name is kept for what is computed: that of a reference, or one that begins as those of consensus do.</summary>
    public static bool Holds(string forecaster)
    {
        ArgumentNullException.ThrowIfNull(forecaster);
        return References.OfForecaster(forecaster) is not null || forecaster.StartsWith(ConsensusMethods.Prefix, StringComparison.Ordinal);
    }
}
