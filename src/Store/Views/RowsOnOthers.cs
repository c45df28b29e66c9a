using Domain.ReferenceForecasters;

namespace Store.Views;

/// <summary>The forecasters whose rows rest on how other questions came out, beside the forecasts on the question itself.</summary>
public static class RowsOnOthers
{
    public const string SkillWeighted = "consensus:skill-weighted";

    public static IReadOnlyList<string> All { get; } = [SkillWeighted, ReferenceForecasts.BaseRate];

    public static bool Has(string forecaster) => All.Contains(forecaster, StringComparer.Ordinal);
}
