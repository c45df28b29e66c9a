namespace Domain.Scoring.Generations;

/// <summary>Whether two scorings say the same.</summary>
public static class ScoreRows
{
    /// <summary>Whether the rows agree in everything, scores and coverages in every bit.</summary>
    public static bool Same(IReadOnlyList<ScoreRow> a, IReadOnlyList<ScoreRow> b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Count != b.Count)
            return false;
        for (var i = 0; i < a.Count; i++)
        {
            if (!Same(a[i], b[i]))
                return false;
        }

        return true;
    }

    private static bool Same(ScoreRow a, ScoreRow b) =>
        a.Forecaster == b.Forecaster
        && a.Kind == b.Kind
        && Same(a.Coverage, b.Coverage)
        && a.Revisions == b.Revisions
        && a.Scores.Count == b.Scores.Count
        && a.Scores.All(s => b.Scores.TryGetValue(s.Key, out var other) && Same(s.Value, other))
        && a.Notes.Count == b.Notes.Count
        && a.Notes.All(n => b.Notes.TryGetValue(n.Key, out var other) && n.Value == other);

    private static bool Same(double? a, double? b) =>
        a.HasValue == b.HasValue && BitConverter.DoubleToInt64Bits(a.GetValueOrDefault()) == BitConverter.DoubleToInt64Bits(b.GetValueOrDefault());
}
