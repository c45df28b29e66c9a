using Api.Endpoints;
using Api.Requests;
using Domain.Scoring;
using Domain.Scoring.Points;
using Domain.Scoring.Rules;

namespace Api.Scores;

/// <summary>The scores that requests name.</summary>
public static class RequestedScoreKeys
{
    /// <summary>By which score.</summary>
    public static readonly QueryParameter Rule = QueryParameter.Text("rule", "The score, for example `brier.timeAveraged`.");

    /// <summary>
    /// The score by which boards and comparisons go unless told otherwise: it is defined on every type of question, and allows for how hard each was.
    /// </summary>
    public static ScoreKey Default => PointScores.Peer;

    /// <summary>The scores that a name stands for: itself, or all averages of a rule; every score where none is given.</summary>
    public static IReadOnlyList<ScoreKey> Named(string? rule)
    {
        if (rule is null)
            return ScoreKey.All;
        var keys = ScoreKey.All.Where(k => k.Name == rule || k.Rule == rule).ToList();
        return keys.Count > 0 ? keys : throw Unknown();
    }

    /// <summary>The one score that a request goes by; a rule alone stands for its time average.</summary>
    public static ScoreKey One(HttpRequest request)
    {
        if (request.Text(Rule) is not { } name)
            return Default;
        return ScoreKey.Named(name) ?? ScoringRules.All.FirstOrDefault(r => r.Name == name)?.TimeAveraged ?? throw Unknown();
    }

    private static ParameterException Unknown() => new("rule", $"'rule' is one of {string.Join(", ", ScoreKey.All)}, or the part before the dot.");
}
