using System.Globalization;
using System.Text;

namespace EndToEnd.Tests.Faults.Running;

/// <summary>How long the service took to be back after a fault.</summary>
internal sealed record Recovery(Fault Fault, TimeSpan Took);

internal static class Recoveries
{
    /// <summary>A table: each kind of fault with how often it struck, and the median and the worst of the times until the service was back.</summary>
    public static string Table(IEnumerable<Recovery> recoveries)
    {
        var table = new StringBuilder("| fault | times | median s | worst s |\n|---|---:|---:|---:|\n");
        foreach (var kind in recoveries.GroupBy(r => r.Fault.Kind).OrderBy(g => g.Key))
        {
            var seconds = kind.Select(r => r.Took.TotalSeconds).Order().ToList();
            table.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {kind.Key} | {seconds.Count} | {(seconds[(seconds.Count - 1) / 2] + seconds[seconds.Count / 2]) / 2:0.00} | {seconds[^1]:0.00} |"
            );
        }

        return table.ToString();
    }
}
