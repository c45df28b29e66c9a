using Domain.Comparison;
using Domain.Statistics;

namespace Domain.Leaderboards;

/// <summary>Finds the places of a board that cannot be told apart.</summary>
internal static class PlaceComparison
{
    // Counting all flips costs 2^(n/2); the saddlepoint is as good as exact from here on, at a cost of n.
    private const int ExactUpTo = 12;

    /// <summary>
    /// For every place the forecasters tied with it, by rank. Pairs are compared by a sign-flip test of the differences of their scores on common
    /// questions (on a board of losses, of their differences to the reference), groups flipped whole, and the p-values of all pairs that have a
    /// common question are adjusted together.
    /// </summary>
    public static IReadOnlyList<string>[] Ties(BoardEntry[] entries, LeaderboardOptions options)
    {
        var window = Math.Max(0, options.ComparedPlaces);
        var pValues = new double[entries.Length][];
        Parallel.For(
            0,
            entries.Length,
            new ParallelOptions { MaxDegreeOfParallelism = options.Threads },
            i =>
            {
                var row = new double[Math.Min(window, entries.Length - 1 - i)];
                var buffers = new PairBuffers(entries[i].Scores.Length);
                for (var j = 0; j < row.Length; j++)
                    row[j] = PValue(entries[i], entries[i + 1 + j], buffers);
                pValues[i] = row;
            }
        );

        var tests = new List<double>();
        foreach (var row in pValues)
            tests.AddRange(row.Where(p => !double.IsNaN(p)));
        var adjusted = BenjaminiHochberg.Adjust(tests.ToArray());
        var ties = new List<int>[entries.Length];
        for (var i = 0; i < ties.Length; i++)
            ties[i] = [];
        var at = 0;
        for (var i = 0; i < pValues.Length; i++)
        {
            for (var j = 0; j < pValues[i].Length; j++)
            {
                if (!double.IsNaN(pValues[i][j]) && adjusted[at++] <= options.Alpha)
                    continue;
                ties[i].Add(i + 1 + j);
                ties[i + 1 + j].Add(i);
            }
        }

        return Array.ConvertAll(
            ties,
            IReadOnlyList<string> (places) =>
            {
                places.Sort();
                return places.ConvertAll(place => entries[place].Forecaster);
            }
        );
    }

    // NaN where there is no common question: nothing was tested.
    private static double PValue(BoardEntry a, BoardEntry b, PairBuffers buffers)
    {
        buffers.Clear();
        int i = 0,
            j = 0;
        while (i < a.Questions.Length && j < b.Questions.Length)
        {
            var order = a.Questions[i].CompareTo(b.Questions[j]);
            if (order == 0)
                buffers.Add(a.Groups[i], a.Compared[i] - b.Compared[j]);
            if (order <= 0)
                i++;
            if (order >= 0)
                j++;
        }

        var differences = buffers.Differences;
        if (differences.IsEmpty)
            return double.NaN;
        return differences.Length <= ExactUpTo ? SignFlipTest.Exact(differences).TwoSided : SaddlepointSignFlip.TwoSided(differences);
    }

    // Sums differences by group; most groups are single questions, which the dictionary sees only once each.
    private sealed class PairBuffers(int capacity)
    {
        private readonly double[] _differences = new double[capacity];
        private readonly Dictionary<int, int> _places = [];
        private int _count;

        public ReadOnlySpan<double> Differences => _differences.AsSpan(0, _count);

        public void Clear()
        {
            _places.Clear();
            _count = 0;
        }

        public void Add(int group, double difference)
        {
            if (_places.TryGetValue(group, out var place))
            {
                _differences[place] += difference;
                return;
            }

            _places.Add(group, _count);
            _differences[_count++] = difference;
        }
    }
}
