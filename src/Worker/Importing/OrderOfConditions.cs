namespace Worker.Importing;

/// <summary>
/// The rows of a file of questions, ordered so that each comes after the question that it depends on. A file in such an order keeps it. Otherwise, questions
/// that come too early are moved after all others, chains link by link. Circular conditions are refused.
/// </summary>
public static class OrderOfConditions
{
    /// <summary>The most questions of a file that may depend on another.</summary>
    public const int MostConditional = 1_000_000;

    /// <param name="rows">Reads the file from its beginning. It is read twice, or three times if a question depends on a later one.</param>
    /// <exception cref="UnreadableFileException">Too many questions depend on others.</exception>
    public static IEnumerable<ImportRow> Of(RowsOfFile rows)
    {
        var conditions = new Dictionary<string, (string On, long Line)>(StringComparer.Ordinal);
        foreach (var row in rows(QuestionColumns.Question, QuestionColumns.ConditionQuestion))
        {
            if (row.Problem is not null || row.Values[QuestionColumns.Question] is not { } slug || row.Values[QuestionColumns.ConditionQuestion] is not { } on)
                continue;
            conditions.TryAdd(slug, (on, row.Line));
            if (conditions.Count > MostConditional)
                throw new UnreadableFileException($"More than {MostConditional:N0} questions of the file depend on another; send it in parts.");
        }

        if (conditions.Count == 0)
            return rows();
        var named = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (on, _) in conditions.Values)
            named[on] = long.MaxValue;
        foreach (var row in rows(QuestionColumns.Question))
        {
            if (row.Problem is null && row.Values[QuestionColumns.Question] is { } slug && named.TryGetValue(slug, out var line) && line == long.MaxValue)
                named[slug] = row.Line;
        }

        var (depths, circles) = Follow(conditions);
        // Each waiting question comes after its condition, which also waits or comes before all of them.
        var late = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (slug, (on, line)) in conditions.OrderBy(c => depths.GetValueOrDefault(c.Key)))
        {
            if (late.Contains(on) || named[on] is var at && at > line && at != long.MaxValue)
                late.Add(slug);
        }

        return late.Count == 0 && circles.Count == 0 ? rows() : Ordered(rows, late, depths, circles);
    }

    private static IEnumerable<ImportRow> Ordered(RowsOfFile rows, HashSet<string> late, Dictionary<string, int> depths, Dictionary<string, string> circles) =>
        SortedRows.Of(
            rows().Select(row => Circle(row, circles)),
            row => row.Problem is null && row.Values[QuestionColumns.Question] is { } slug && late.Contains(slug) ? depths[slug] : 0
        );

    private static ImportRow Circle(ImportRow row, Dictionary<string, string> circles) =>
        row.Problem is null
        && row.Values[QuestionColumns.Question] is { } slug
        && row.Values[QuestionColumns.ConditionQuestion] is not null
        && circles.TryGetValue(slug, out var circle)
            ? row with
            {
                Problem = row.Refuse("condition_question", $"The conditions lead back to where they began: {circle}."),
            }
            : row;

    /// <summary>The number of conditions before each question, and the questions that depend on themselves.</summary>
    private static (Dictionary<string, int> Depths, Dictionary<string, string> Circles) Follow(Dictionary<string, (string On, long Line)> conditions)
    {
        var depths = new Dictionary<string, int>(StringComparer.Ordinal);
        var circles = new Dictionary<string, string>(StringComparer.Ordinal);
        var chain = new List<string>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var start in conditions.Keys)
        {
            chain.Clear();
            places.Clear();
            var slug = start;
            for (; !depths.ContainsKey(slug) && conditions.TryGetValue(slug, out var condition) && places.TryAdd(slug, chain.Count); slug = condition.On)
                chain.Add(slug);
            if (places.TryGetValue(slug, out var back))
            {
                var around = chain.Skip(back).ToList();
                var shown = string.Join(" → ", around.Take(5)) + (around.Count > 5 ? " → … → " : " → ") + slug;
                foreach (var link in around)
                    circles[link] = shown;
            }

            var depth = depths.GetValueOrDefault(slug);
            for (var i = chain.Count - 1; i >= 0; i--)
                depths[chain[i]] = ++depth;
        }

        return (depths, circles);
    }
}
