namespace EndToEnd.Tests.Faults.Checking.ListAppend;

/// <summary>
/// Whether some serial order of transactions that append to lists and read them explains what everybody was told. Every value is appended once and a read gives
/// the whole list, so that a read says in which order everything was appended, and the order of the transactions follows from it: who appended first, who read
/// what, who did not see what. A serial order is there if and only if that has no cycle, which is found in linear time (Kingsbury and Alvaro, Elle, 2020).
/// </summary>
internal static class ListAppendCheck
{
    /// <summary>The anomalies of a history; none where a serial order explains it.</summary>
    /// <param name="transactions">The history.</param>
    /// <param name="strict">Whether the serial order must also be that of time: what was answered before something else was asked for comes before it.</param>
    public static IReadOnlyList<Anomaly> Check(IReadOnlyList<Transaction> transactions, bool strict)
    {
        var lists = new AppendedLists(transactions);
        var found = new List<Anomaly>(lists.Anomalies);
        if (strict)
            found.AddRange(lists.Lost());
        found.AddRange(Cycles(transactions, lists, strict));
        return found;
    }

    private static IEnumerable<Anomaly> Cycles(IReadOnlyList<Transaction> transactions, AppendedLists lists, bool strict)
    {
        var graph = new DependencyGraph(transactions.Count);
        lists.AddTo(graph);
        if (strict)
            AddTime(transactions, graph);
        var told = new HashSet<int>();
        foreach (var byTime in strict ? new[] { false, true } : [false])
        {
            bool Also(Dependency why) => byTime && why == Dependency.Time;
            bool Writes(Dependency why) => why == Dependency.Write || Also(why);
            bool Sees(Dependency why) => why is Dependency.Write or Dependency.Read || Also(why);
            bool Any(Dependency why) => why != Dependency.Time || byTime;
            bool Missed(Dependency why) => why == Dependency.Missed;
            (AnomalyKind Kind, Func<Dependency, bool> Edges, Func<Dependency, bool> First, Func<Dependency, bool> Then)[] kinds =
            [
                (AnomalyKind.G0, Writes, w => w == Dependency.Write, Writes),
                (AnomalyKind.G1c, Sees, w => w == Dependency.Read, Sees),
                (AnomalyKind.GSingle, Any, Missed, Sees),
                (AnomalyKind.G2, Any, Missed, Any),
            ];
            foreach (var (kind, edges, first, then) in kinds)
            {
                foreach (var knot in graph.Knots(edges))
                {
                    if (knot.Any(told.Contains) || graph.Cycle(knot, first, then) is not { } cycle)
                        continue;
                    told.UnionWith(knot);
                    var members = cycle.Where(c => c.Node < transactions.Count).ToList();
                    yield return new Anomaly(
                        kind,
                        [.. members.Select(c => transactions[c.Node].Id)],
                        string.Join(" → ", members.Select(c => $"{transactions[c.Node].Id} ({c.Why})")),
                        byTime
                    );
                }
            }
        }
    }

    /// <summary>
    /// What was answered before something else was asked for comes before it. A node for each answer, in the order of time, stands for all answers up to it,
    /// so that there are as many edges as transactions.
    /// </summary>
    private static void AddTime(IReadOnlyList<Transaction> transactions, DependencyGraph graph)
    {
        var answered = transactions.Index().Where(t => t.Item is { Ending: Ending.Done, Answered: < Transaction.Never }).OrderBy(t => t.Item.Answered).ToList();
        var moments = new int[answered.Count];
        for (var i = 0; i < answered.Count; i++)
        {
            moments[i] = graph.AddNode();
            graph.Add(answered[i].Index, moments[i], Dependency.Time);
            if (i > 0)
                graph.Add(moments[i - 1], moments[i], Dependency.Time);
        }

        var before = 0;
        foreach (var (index, transaction) in transactions.Index().Where(t => t.Item.Ending != Ending.NotDone).OrderBy(t => t.Item.Asked))
        {
            while (before < answered.Count && answered[before].Item.Answered < transaction.Asked)
                before++;
            if (before > 0)
                graph.Add(moments[before - 1], index, Dependency.Time);
        }
    }
}
