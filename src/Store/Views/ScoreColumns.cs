using System.Text;
using Domain.Scoring;

namespace Store.Views;

/// <summary>The column of a view for each score that a row can have.</summary>
public static class ScoreColumns
{
    private static readonly Dictionary<string, string> Columns = ScoreKey.All.ToDictionary(k => k.Name, k => Column(k.Name), StringComparer.Ordinal);

    /// <summary>The column of a score: its name in snake case, as <c>brier_time_averaged</c> of <c>brier.timeAveraged</c>.</summary>
    public static string Of(ScoreKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Columns[key.Name];
    }

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
