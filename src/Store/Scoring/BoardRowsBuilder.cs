using Domain.People;

namespace Store.Scoring;

/// <summary>Puts the scores of a board, question by question in any order, into columns. No text is kept for a score.</summary>
internal sealed class BoardRowsBuilder
{
    // Most questions of a board were forecast by the same few: who they are is read once.
    private const int LongestCrowd = 2_000;
    private const int MostCrowds = 4_096;

    private static readonly ForecasterKind[] Kinds = Enum.GetValues<ForecasterKind>();

    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Forecasters, string Kinds), Column[]> _crowds = [];
    private readonly Dictionary<string, Column>[] _columns = [.. Kinds.Select(_ => new Dictionary<string, Column>(StringComparer.Ordinal))];

    /// <param name="questions">The questions that count, in ordinal order.</param>
    public BoardRowsBuilder(string[] questions)
    {
        foreach (var question in questions)
            _places.Add(question, _places.Count);
    }

    /// <summary>Adds the scores on one question, if it counts.</summary>
    /// <param name="question">The question.</param>
    /// <param name="forecasters">Who has a score, parted by commas, which no name has.</param>
    /// <param name="kinds">What each of them is, parted by commas.</param>
    /// <param name="scores">The score of each.</param>
    /// <param name="coverages">The coverage of each.</param>
    public void Add(string question, string forecasters, string kinds, double[] scores, double[] coverages)
    {
        if (!_places.TryGetValue(question, out var place))
            return;
        if (!_crowds.TryGetValue((forecasters, kinds), out var crowd))
        {
            crowd = Crowd(forecasters, kinds, scores.Length);
            if (_crowds.Count < MostCrowds && forecasters.Length <= LongestCrowd)
                _crowds.Add((forecasters, kinds), crowd);
        }

        for (var i = 0; i < crowd.Length; i++)
        {
            crowd[i].Questions.Add(place);
            crowd[i].Scores.Add(scores[i]);
            crowd[i].Coverages.Add(coverages[i]);
        }
    }

    /// <summary>The columns by name and then by kind. The builder is empty afterwards.</summary>
    public IReadOnlyList<ForecasterRows> Build()
    {
        _crowds.Clear();
        var rows = new List<ForecasterRows>();
        foreach (var (kind, columns) in Kinds.Zip(_columns))
        {
            foreach (var name in columns.Keys.ToArray())
            {
                rows.Add(columns[name].InOrder(name, kind, _places.Count));
                columns.Remove(name);
            }
        }

        rows.Sort((a, b) => string.CompareOrdinal(a.Forecaster, b.Forecaster) is var by and not 0 ? by : a.Kind.CompareTo(b.Kind));
        return rows;
    }

    private Column[] Crowd(ReadOnlySpan<char> forecasters, ReadOnlySpan<char> kinds, int count)
    {
        var crowd = new Column[count];
        var names = forecasters.Split(',');
        var of = kinds.Split(',');
        for (var i = 0; i < count; i++)
        {
            if (!names.MoveNext() || !of.MoveNext())
                throw new InvalidOperationException("There are fewer forecasters than scores.");
            var columns = _columns[Array.IndexOf(Kinds, Enum.Parse<ForecasterKind>(kinds[of.Current]))];
            var byText = columns.GetAlternateLookup<ReadOnlySpan<char>>();
            if (!byText.TryGetValue(forecasters[names.Current], out var column))
                columns.Add(forecasters[names.Current].ToString(), column = new Column());
            crowd[i] = column;
        }

        return crowd;
    }

    private sealed class Column
    {
        public List<int> Questions { get; } = [];

        public List<double> Scores { get; } = [];

        public List<double> Coverages { get; } = [];

        public ForecasterRows InOrder(string forecaster, ForecasterKind kind, int questions)
        {
            var order = Order(questions);
            return new ForecasterRows(
                forecaster,
                kind,
                Array.ConvertAll(order, i => Questions[i]),
                Array.ConvertAll(order, i => Scores[i]),
                Array.ConvertAll(order, i => Coverages[i])
            );
        }

        // By rising question. Who is on many of them is put into their places, which is faster than sorting.
        private int[] Order(int questions)
        {
            var order = new int[Questions.Count];
            if (Questions.Count < questions / 16)
            {
                for (var i = 0; i < order.Length; i++)
                    order[i] = i;
                Array.Sort(Questions.ToArray(), order);
                return order;
            }

            var at = new int[questions];
            for (var i = 0; i < order.Length; i++)
                at[Questions[i]] = i + 1;
            var next = 0;
            foreach (var place in at)
            {
                if (place > 0)
                    order[next++] = place - 1;
            }

            return order;
        }
    }
}
