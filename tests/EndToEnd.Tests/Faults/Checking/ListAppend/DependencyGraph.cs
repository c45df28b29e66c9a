namespace EndToEnd.Tests.Faults.Checking.ListAppend;

/// <summary>Why one transaction comes before another.</summary>
internal enum Dependency
{
    /// <summary>The second appended after the first.</summary>
    Write,

    /// <summary>The second read what the first appended.</summary>
    Read,

    /// <summary>The first did not see what the second appended.</summary>
    Missed,

    /// <summary>The first was answered before the second was asked for, or one process asked for both.</summary>
    Time,
}

/// <summary>Who comes before whom. Nodes are numbered from 0.</summary>
internal sealed class DependencyGraph(int nodes)
{
    private readonly List<List<(int To, Dependency Why)>> _edges = [.. Enumerable.Range(0, nodes).Select(_ => new List<(int, Dependency)>())];

    public int Nodes => _edges.Count;

    public int AddNode()
    {
        _edges.Add([]);
        return _edges.Count - 1;
    }

    public void Add(int from, int to, Dependency why)
    {
        if (from != to)
            _edges[from].Add((to, why));
    }

    /// <summary>The sets of nodes that reach each other by edges of the given kinds, those of more than one node.</summary>
    /// <remarks>Tarjan's algorithm, with a stack of its own: linear, and as deep as the history is long.</remarks>
    public IReadOnlyList<IReadOnlyList<int>> Knots(Func<Dependency, bool> counts)
    {
        var (index, low, onStack) = (Filled(-1), Filled(-1), new bool[Nodes]);
        var (stack, knots, next) = (new Stack<int>(), new List<IReadOnlyList<int>>(), 0);
        var work = new Stack<(int Node, int Edge)>();
        for (var root = 0; root < Nodes; root++)
        {
            if (index[root] >= 0)
                continue;
            work.Push((root, 0));
            while (work.Count > 0)
            {
                var (node, edge) = work.Pop();
                if (edge == 0)
                {
                    index[node] = low[node] = next++;
                    stack.Push(node);
                    onStack[node] = true;
                }
                else if (_edges[node][edge - 1] is var (child, why) && counts(why) && onStack[child])
                {
                    low[node] = Math.Min(low[node], low[child]);
                }

                var descended = false;
                for (; edge < _edges[node].Count && !descended; edge++)
                {
                    var (to, reason) = _edges[node][edge];
                    if (!counts(reason))
                        continue;
                    if (index[to] < 0)
                    {
                        work.Push((node, edge + 1));
                        work.Push((to, 0));
                        descended = true;
                    }
                    else if (onStack[to])
                    {
                        low[node] = Math.Min(low[node], index[to]);
                    }
                }

                if (descended || low[node] != index[node])
                    continue;
                var knot = new List<int>();
                int member;
                do
                {
                    member = stack.Pop();
                    onStack[member] = false;
                    knot.Add(member);
                } while (member != node);
                if (knot.Count > 1)
                    knots.Add(knot);
            }
        }

        return knots;
    }

    /// <summary>A shortest cycle within a knot that begins with an edge of one kind and goes on by edges of others; null where there is none.</summary>
    public IReadOnlyList<(int Node, Dependency Why)>? Cycle(IReadOnlyCollection<int> knot, Func<Dependency, bool> first, Func<Dependency, bool> then)
    {
        var inside = knot.ToHashSet();
        foreach (var from in knot)
        {
            foreach (var (to, why) in _edges[from].Where(e => first(e.Why) && inside.Contains(e.To)))
            {
                if (Path(to, from, inside, then) is { } back)
                    return [(from, why), .. back];
            }
        }

        return null;
    }

    private List<(int Node, Dependency Why)>? Path(int from, int to, HashSet<int> inside, Func<Dependency, bool> counts)
    {
        var came = new Dictionary<int, (int Node, Dependency Why)> { [from] = (-1, default) };
        var queue = new Queue<int>([from]);
        while (queue.TryDequeue(out var node))
        {
            if (node == to)
            {
                var path = new List<(int, Dependency)>();
                for (var (at, step) = (node, came[node]); step.Node >= 0; (at, step) = (step.Node, came[step.Node]))
                    path.Add((step.Node, step.Why));
                path.Reverse();
                return path;
            }

            foreach (var (next, why) in _edges[node])
            {
                if (counts(why) && inside.Contains(next) && came.TryAdd(next, (node, why)))
                    queue.Enqueue(next);
            }
        }

        return null;
    }

    private int[] Filled(int value)
    {
        var array = new int[Nodes];
        Array.Fill(array, value);
        return array;
    }
}
