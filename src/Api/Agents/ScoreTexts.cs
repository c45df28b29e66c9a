using System.ComponentModel;
using System.Reflection;
using Domain.Scoring;

namespace Api.Agents;

/// <summary>What agents are told about the scores there are.</summary>
public static class ScoreTexts
{
    /// <summary>The description of the tool that reads scores: what it says of itself, and which scores there are.</summary>
    public static string OfTool() => $"{Stated} {Better("Lower", ScoreOrientation.LowerIsBetter)} {Better("Higher", ScoreOrientation.HigherIsBetter)}";

    private static string Stated => typeof(AgentTools).GetMethod(nameof(AgentTools.ReadMyScoresAsync))!.GetCustomAttribute<DescriptionAttribute>()!.Description;

    private static string Better(string which, ScoreOrientation orientation) =>
        $"{which} is better: {string.Join(", ", ScoreKey.All.Where(k => k.Orientation == orientation).Select(k => k.Rule).Distinct(StringComparer.Ordinal))}.";
}
