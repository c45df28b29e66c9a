namespace Worker.Importing;

/// <summary>
/// Sorts the rows of a file of any size. A bounded number of rows is held in memory. The rest is stored as sorted runs in a temporary file, which are then
/// merged (Knuth, The Art of Computer Programming 3, 5.4).
/// </summary>
internal static class SortedRows
{
    private const int RowsInMemory = 100_000;
    private const int CharactersInMemory = 16_000_000;

    /// <param name="rows">The rows; they are read once.</param>
    /// <param name="key">The sort key; the least comes first.</param>
    /// <param name="ties">The order of two rows with one key; null keeps their order in the file.</param>
    /// <param name="rowsInMemory">The number of rows held in memory.</param>
    public static IEnumerable<ImportRow> Of(
        IEnumerable<ImportRow> rows,
        Func<ImportRow, long> key,
        Comparison<ImportRow>? ties = null,
        int rowsInMemory = RowsInMemory
    )
    {
        var order = Comparer<Row>.Create(
            (a, b) =>
                a.Key.CompareTo(b.Key) is var byKey and not 0 ? byKey
                : ties?.Invoke(a.Content, b.Content) is { } byTies and not 0 ? byTies
                : a.Content.Line.CompareTo(b.Content.Line)
        );
        var run = new List<Row>();
        var characters = 0L;
        using var runs = new SpilledRuns();
        foreach (var row in rows)
        {
            run.Add(new Row(key(row), row));
            foreach (var value in row.Values)
                characters += value?.Length ?? 0;
            if (run.Count < rowsInMemory && characters < CharactersInMemory)
                continue;
            run.Sort(order);
            runs.Add(run.Select(r => r.Content));
            run.Clear();
            characters = 0;
        }

        run.Sort(order);
        if (runs.Count == 0)
        {
            foreach (var row in run)
                yield return row.Content;
            yield break;
        }

        runs.Add(run.Select(r => r.Content));
        run = [];
        var waiting = new PriorityQueue<IEnumerator<ImportRow>, Row>(order);
        for (var i = 0; i < runs.Count; i++)
            Next(runs.Read(i).GetEnumerator());
        while (waiting.TryDequeue(out var from, out var first))
        {
            yield return first.Content;
            Next(from);
        }

        void Next(IEnumerator<ImportRow> from)
        {
            if (from.MoveNext())
                waiting.Enqueue(from, new Row(key(from.Current), from.Current));
            else
                from.Dispose();
        }
    }

    /// <summary>A row with its sort key.</summary>
    private readonly record struct Row(long Key, ImportRow Content);
}
