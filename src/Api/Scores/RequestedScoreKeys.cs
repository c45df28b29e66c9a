using Api.Requests;
using Domain.Questions;
using Store.Views;

namespace Api.Scores;

/// <summary>The names of scores as requests give them.</summary>
public static class RequestedScoreKeys
{
    /// <summary>The score by which boards and comparisons go unless told otherwise: it is defined on every type of question, and allows for how hard each was.</summary>
    public const string Default = "peer";

    /// <summary>The scores that a name stands for: itself, or all averages of a rule; every score where none is given.</summary>
    public static IReadOnlyList<string> Named(string? rule)
    {
        if (rule is null)
            return ScoreColumns.All;
        var keys = ScoreColumns.All.Where(k => k == rule || k.StartsWith($"{rule}.", StringComparison.Ordinal)).ToList();
        return keys.Count > 0 ? keys : throw Unknown();
    }

    /// <summary>The one score that a request goes by; a rule alone stands for its time average.</summary>
    public static string One(HttpRequest request)
    {
        var rule = request.Text("rule") ?? Default;
        if (ScoreColumns.Of(rule) is not null)
            return rule;
        return ScoreColumns.Of($"{rule}.timeAveraged") is not null ? $"{rule}.timeAveraged" : throw Unknown();
    }

    /// <summary>Whether questions of a type have this score.</summary>
    public static bool AppliesTo(QuestionType type, string key) =>
        key.Split('.')[0] switch
        {
            "crps" or "pinball" => type is QuestionType.Numeric or QuestionType.Date,
            "brierOrdered" => type is QuestionType.Ordered,
            "brier" or "brierGjp" or "log" or "spherical" or "relativeBrier" => type is not (QuestionType.Numeric or QuestionType.Date),
            _ => true,
        };

    private static ParameterException Unknown() => new("rule", $"'rule' is one of {string.Join(", ", ScoreColumns.All)}, or the part before the dot.");
}
