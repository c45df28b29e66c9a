using Domain.People;

namespace Domain.Scoring.Generations;

/// <summary>One score that another scoring of the question makes another number.</summary>
/// <param name="Forecaster">Whose score.</param>
/// <param name="Score">The name of the score, or <c>coverage</c>.</param>
/// <param name="Before">What it was; null where it was undefined, or where there was no row.</param>
/// <param name="After">What it becomes; null where it is undefined, or where there is no row any more.</param>
public sealed record ScoreChange(ForecasterName Forecaster, string Score, double? Before, double? After);

/// <summary>What tells two scorings of one question apart.</summary>
public static class ScoreChanges
{
    /// <summary>Every score that differs in any bit, by forecaster and score; a row that is in one alone counts with all its scores.</summary>
    public static IReadOnlyList<ScoreChange> Between(IReadOnlyList<ScoreRow> before, IReadOnlyList<ScoreRow> after)
    {
        var (was, becomes) = (ByName(before), ByName(after));
        return
        [
            .. from forecaster in was.Keys.Union(becomes.Keys).Order(StringComparer.Ordinal)
            let old = Values(was.GetValueOrDefault(forecaster))
            let made = Values(becomes.GetValueOrDefault(forecaster))
            from key in old.Keys.Union(made.Keys).Order(StringComparer.Ordinal)
            let change = new ScoreChange(new ForecasterName(forecaster), key, old.GetValueOrDefault(key), made.GetValueOrDefault(key))
            where !Same(change.Before, change.After)
            select change,
        ];
    }

    private static Dictionary<string, ScoreRow> ByName(IReadOnlyList<ScoreRow> rows) => rows.ToDictionary(r => r.Forecaster, StringComparer.Ordinal);

    private static Dictionary<string, double?> Values(ScoreRow? row)
    {
        var values = row is null ? new(StringComparer.Ordinal) : new Dictionary<string, double?>(row.Scores, StringComparer.Ordinal);
        if (row is not null)
            values["coverage"] = row.Coverage;
        return values;
    }

    private static bool Same(double? a, double? b) => a.HasValue == b.HasValue && (a is not { } x || b is not { } y || x.Equals(y));
}
