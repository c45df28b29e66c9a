using Api.Scores;

namespace Api.Pages.QuestionPage;

/// <summary>Which scores of a row a page shows in its columns.</summary>
internal static class ScoreColumns
{
    // What the field asks for first; other types have rules of their own.
    private static readonly string[] Preferred = ["brier", "brierOrdered", "crps"];

    /// <summary>The keys of the columns: the usual rule at the end and over time, and the points against the others.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<ScoreRowAnswer> rows)
    {
        var keys = rows.SelectMany(r => r.Scores.Where(s => s.Value is not null).Select(s => s.Key)).ToHashSet(StringComparer.Ordinal);
        var rules = keys.Where(k => k.EndsWith(".final", StringComparison.Ordinal)).Select(k => k[..^".final".Length]).Order(StringComparer.Ordinal).ToList();
        var rule = Preferred.FirstOrDefault(rules.Contains) ?? rules.FirstOrDefault() ?? "brier";
        return [.. new[] { $"{rule}.final", $"{rule}.timeAveraged", "peer" }.Where(keys.Contains)];
    }

    /// <summary>A key in words.</summary>
    public static string Name(string key, Texts.PageTexts texts)
    {
        if (texts.Find($"score.{key}") is { } known)
            return known;
        var parts = key.Split('.', 2);
        return parts.Length == 2 ? texts.Say($"score.over.{parts[1]}", texts.Find($"rule.{parts[0]}") ?? parts[0]) : key;
    }
}
