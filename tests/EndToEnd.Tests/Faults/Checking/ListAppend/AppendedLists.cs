namespace EndToEnd.Tests.Faults.Checking.ListAppend;

/// <summary>The lists of a history as its reads show them: the order of their values, who appended each, who read how far.</summary>
internal sealed class AppendedLists
{
    private readonly IReadOnlyList<Transaction> _transactions;
    private readonly Dictionary<(string Key, string Value), int> _writers = [];
    private readonly Dictionary<string, List<(string Value, int Writer)>> _appends = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(IReadOnlyList<string> Values, int Reader)>> _reads = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _orders = new(StringComparer.Ordinal);
    private readonly List<Anomaly> _anomalies = [];

    /// <exception cref="ArgumentException">A value is appended to a list twice: such a history cannot be judged.</exception>
    public AppendedLists(IReadOnlyList<Transaction> transactions)
    {
        _transactions = transactions;
        foreach (var (index, transaction) in transactions.Index())
            Take(index, transaction);
        foreach (var (key, reads) in _reads)
            Order(key, reads);
    }

    public IReadOnlyList<Anomaly> Anomalies => _anomalies;

    /// <summary>Values whose transactions were done and that a later read of the list lacks, though nothing is ever taken out.</summary>
    public IEnumerable<Anomaly> Lost()
    {
        foreach (var (key, appends) in _appends)
        {
            var order = _orders.GetValueOrDefault(key, []).ToHashSet(StringComparer.Ordinal);
            var lastRead = _reads.GetValueOrDefault(key, []).Select(r => _transactions[r.Reader]).MaxBy(r => r.Asked);
            foreach (var (value, writer) in appends.Where(a => !order.Contains(a.Value)))
            {
                var transaction = _transactions[writer];
                if (transaction.Ending == Ending.Done && lastRead is not null && lastRead.Asked > transaction.Answered)
                {
                    yield return new Anomaly(
                        AnomalyKind.Lost,
                        [transaction.Id, lastRead.Id],
                        $"{value} was appended to {key} by {transaction.Id}, and {lastRead.Id} did not read it."
                    );
                }
            }
        }
    }

    /// <summary>Adds who comes before whom.</summary>
    public void AddTo(DependencyGraph graph)
    {
        foreach (var key in _appends.Keys.Union(_reads.Keys, StringComparer.Ordinal))
        {
            var order = _orders.GetValueOrDefault(key, []);
            var writers = order.Select(v => _writers.GetValueOrDefault((key, v), -1)).ToList();
            for (var i = 1; i < writers.Count; i++)
                Add(graph, writers[i - 1], writers[i], Dependency.Write);
            // Whatever nobody read comes after everything that was read.
            var seen = order.ToHashSet(StringComparer.Ordinal);
            var unread = _appends.GetValueOrDefault(key, []).Where(a => !seen.Contains(a.Value) && _transactions[a.Writer].Ending == Ending.Done).ToList();
            foreach (var (values, reader) in _reads.GetValueOrDefault(key, []))
            {
                if (values.Count > writers.Count)
                    continue;
                if (values.Count > 0)
                    Add(graph, writers[values.Count - 1], reader, Dependency.Read);
                if (values.Count < writers.Count)
                    Add(graph, reader, writers[values.Count], Dependency.Missed);
            }

            if (unread.Count == 0)
                continue;
            if (writers.Count > 0)
                unread.ForEach(u => Add(graph, writers[^1], u.Writer, Dependency.Write));
            foreach (var (values, reader) in _reads.GetValueOrDefault(key, []).Where(r => r.Values.Count == order.Count))
                unread.ForEach(u => Add(graph, reader, u.Writer, Dependency.Missed));
        }
    }

    private static void Add(DependencyGraph graph, int from, int to, Dependency why)
    {
        if (from >= 0 && to >= 0)
            graph.Add(from, to, why);
    }

    private void Take(int index, Transaction transaction)
    {
        var own = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var known = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var step in transaction.Steps)
        {
            if (step is Step.Append append)
            {
                if (!_writers.TryAdd((append.Key, append.Value), index))
                    throw new ArgumentException($"{append.Value} is appended to {append.Key} twice.", nameof(transaction));
                Listed(_appends, append.Key).Add((append.Value, index));
                Listed(own, append.Key).Add(append.Value);
                continue;
            }

            var read = (Step.Read)step;
            if (transaction.Ending != Ending.Done)
                continue;
            var mine = own.GetValueOrDefault(read.Key, []);
            var whole = known.TryGetValue(read.Key, out var before) ? [.. before, .. mine] : mine;
            var agrees = before is null
                ? read.Values.Count >= mine.Count && read.Values.Skip(read.Values.Count - mine.Count).SequenceEqual(mine)
                : read.Values.SequenceEqual(whole);
            if (!agrees)
            {
                _anomalies.Add(
                    new Anomaly(
                        AnomalyKind.Internal,
                        [transaction.Id],
                        $"{transaction.Id} reads {Words(read.Values)} of {read.Key}, where it must end with {Words(whole)}."
                    )
                );
            }

            // What others appended is all that is known of the list; one's own comes after it.
            var others = agrees ? [.. read.Values.Take(read.Values.Count - mine.Count)] : read.Values;
            known.TryAdd(read.Key, others);
            Listed(_reads, read.Key).Add((others, index));
            if (agrees && mine.Count > 0)
                Listed(_reads, read.Key).Add((read.Values, index));
        }
    }

    private void Order(string key, List<(IReadOnlyList<string> Values, int Reader)> reads)
    {
        var (order, longest) = reads.MaxBy(r => r.Values.Count);
        _orders[key] = order;
        var last = _appends.GetValueOrDefault(key, []).GroupBy(a => a.Writer).ToDictionary(g => g.Key, g => g.Last().Value);
        foreach (var twice in order.GroupBy(v => v, StringComparer.Ordinal).Where(g => g.Count() > 1))
            Report(AnomalyKind.Duplicate, longest, $"{twice.Key} stands in {key} {twice.Count()} times.", key, twice.Key);
        foreach (var value in order.Distinct(StringComparer.Ordinal))
        {
            if (!_writers.TryGetValue((key, value), out var writer))
                Report(AnomalyKind.Unwritten, longest, $"{value} stands in {key}, and nobody appended it.");
            else if (_transactions[writer].Ending == Ending.NotDone)
                Report(AnomalyKind.AbortedRead, longest, $"{value} stands in {key}, and {_transactions[writer].Id} was refused.", key, value);
        }

        foreach (var (values, reader) in reads)
        {
            if (!Begins(order, values))
            {
                Report(
                    AnomalyKind.IncompatibleOrder,
                    reader,
                    $"{_transactions[reader].Id} reads {Words(values)} of {key}, {_transactions[longest].Id} reads {Words(order)}."
                );
            }

            if (values.Count > 0 && _writers.TryGetValue((key, values[^1]), out var writer) && writer != reader && last[writer] != values[^1])
                Report(AnomalyKind.IntermediateRead, reader, $"{_transactions[reader].Id} reads {key} up to {values[^1]}.", key, values[^1]);
        }
    }

    private void Report(AnomalyKind kind, int reader, string text, string? key = null, string? value = null)
    {
        var ids = new List<long> { _transactions[reader].Id };
        if (key is not null && value is not null && _writers.TryGetValue((key, value), out var writer))
            ids.Insert(0, _transactions[writer].Id);
        _anomalies.Add(new Anomaly(kind, ids, text));
    }

    private static bool Begins(IReadOnlyList<string> order, IReadOnlyList<string> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (i >= order.Count || order[i] != values[i])
                return false;
        }

        return true;
    }

    private static string Words(IReadOnlyList<string> values) =>
        values.Count <= 20 ? $"[{string.Join(' ', values)}]" : $"[{string.Join(' ', values.Take(10))} … {string.Join(' ', values.TakeLast(10))}]";

    private static List<T> Listed<T>(Dictionary<string, List<T>> lists, string key)
    {
        if (!lists.TryGetValue(key, out var list))
            lists.Add(key, list = []);
        return list;
    }
}
