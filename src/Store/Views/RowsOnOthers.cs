using Domain.Consensus;
using Domain.ReferenceForecasters;

namespace Store.Views;

/// <summary>The forecasters whose rows rest on the outcomes of other questions, in addition to the forecasts on the question.</summary>
public static class RowsOnOthers
{
    /// <summary>Their names: those of the consensus methods that read track records, and of the references that read earlier outcomes.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. ConsensusMethods.All.Where(m => m.ReadsTrackRecords).Select(m => m.Forecaster),
        .. ReferenceForecasters.All.Where(r => r.ReadsEarlierOutcomes).Select(r => r.Forecaster),
    ];

    /// <summary>Whether a forecaster is one of them.</summary>
    public static bool Has(string forecaster) => All.Contains(forecaster, StringComparer.Ordinal);
}
