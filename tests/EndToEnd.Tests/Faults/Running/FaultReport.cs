using System.Globalization;
using System.Text;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Running;

/// <summary>What became of a run.</summary>
internal sealed record FaultReport(
    int Seed,
    FaultHistory History,
    IReadOnlyList<Recovery> Recoveries,
    IReadOnlyList<string> LeftOut,
    IReadOnlyList<string> Endings,
    IReadOnlyList<string> Findings,
    TimeSpan Took
)
{
    public override string ToString()
    {
        var text = new StringBuilder();
        var kills = Recoveries.Count(r => r.Fault.Kind.IsKill);
        text.AppendLine(CultureInfo.InvariantCulture, $"seed {Seed}: {kills} kills and {Recoveries.Count - kills} other faults in {Took.TotalSeconds:0} s");
        foreach (var reason in LeftOut)
            text.AppendLine(CultureInfo.InvariantCulture, $"left out: {reason}");
        text.AppendLine().AppendLine("| asked for | acknowledged | refused | failed | unknown |").AppendLine("|---|---:|---:|---:|---:|");
        foreach (var kind in History.Operations.GroupBy(o => o.Kind).OrderBy(g => g.Key))
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {kind.Key} | {kind.Count(o => o.IsAcknowledged)} | {kind.Count(o => o.Status is >= 400 and < 500)} | "
                    + $"{kind.Count(o => o.Status >= 500)} | {kind.Count(o => o.Status is null)} |"
            );
        }

        text.AppendLine()
            .AppendLine(
                CultureInfo.InvariantCulture,
                $"{History.LiveEvents.Count} live events, {History.Deliveries.Count} deliveries, {History.Imports.Count} imported files"
            )
            .AppendLine()
            .AppendLine(Running.Recoveries.Table(Recoveries));
        foreach (var ending in Endings)
            text.AppendLine(CultureInfo.InvariantCulture, $"ended by itself: {ending}");
        text.AppendLine(Findings.Count == 0 ? "nothing was found" : $"{Findings.Count} findings:");
        foreach (var finding in Findings)
            text.AppendLine(CultureInfo.InvariantCulture, $"- {finding}");
        return text.ToString();
    }
}
