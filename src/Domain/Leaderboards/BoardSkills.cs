using Domain.Comparison;
using Domain.Statistics;

namespace Domain.Leaderboards;

/// <summary>The skills of everybody on a board of losses against its reference.</summary>
public static class BoardSkills
{
    /// <summary>The skill of each forecaster who has a score with a reference, by name.</summary>
    public static IReadOnlyDictionary<string, Statistic<SkillScore>> Of(BoardTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var columns = table.Columns.Select(c => c.WithReference()).Where(c => c.Questions.Length > 0).ToArray();
        var skills = SkillScore.Of(
            Array.ConvertAll(columns, c => (c.OnSharedTime is null ? c.Scores : [.. c.Scores.Select((_, i) => c.Shared(i))], c.References!, c.Questions)),
            table.HasGroups ? table.Groups : null
        );
        return columns.Index().ToDictionary(c => c.Item.Forecaster, c => skills[c.Index], StringComparer.Ordinal);
    }
}
