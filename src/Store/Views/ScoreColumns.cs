using System.Text;
using Store.Appending;

namespace Store.Views;

/// <summary>Every score that a row may hold, by its key (<c>brier.final</c>, <c>peer</c>, …), and the column in which a view keeps it.</summary>
public static class ScoreColumns
{
    private static readonly string[] Rules = ["brier", "brierGjp", "brierOrdered", "log", "spherical", "crps", "pinball"];

    private static readonly Dictionary<string, string> Columns = Keys().ToDictionary(k => k, Column, StringComparer.Ordinal);

    /// <summary>The keys, in the order of the columns.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Keys()];

    /// <summary>The column of a key, or null where there is no such score.</summary>
    public static string? Of(string key) => Columns.GetValueOrDefault(key);

    private static IEnumerable<string> Keys() =>
        Rules
            .SelectMany(r => new[] { $"{r}.final", $"{r}.timeAveraged", $"{r}.dailyAveraged" })
            .Concat(["baseline", "peer", "spotBaseline", "spotPeer", "relativeBrier"]);

    private static string Column(string key)
    {
        var column = new StringBuilder();
        foreach (var c in key)
        {
            if (char.IsUpper(c))
                column.Append('_');
            column.Append(c == '.' ? '_' : char.ToLowerInvariant(c));
        }

        return column.ToString();
    }
}
