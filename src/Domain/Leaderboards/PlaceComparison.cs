using Domain.Comparison;
using Domain.Statistics;

namespace Domain.Leaderboards;

/// <summary>Finds the places of a board that cannot be told apart.</summary>
internal static class PlaceComparison
{
    // Counting all flips costs 2^(n/2); the saddlepoint is as good as exact from here on, at a cost of n.
    private const int ExactUpTo = 12;

    /// <summary>
    /// For every place the places tied with it. Pairs are compared by a sign-flip test of the differences of their scores on common
    /// questions (on a board of losses, of their differences to the reference), groups flipped whole, and the p-values of all pairs that have a
    /// common question are adjusted together.
    /// </summary>
    public static IReadOnlyList<PlaceRange>[] Ties(BoardEntry[] entries, BoardTable table, LeaderboardOptions options)
    {
        var window = Math.Max(0, options.ComparedPlaces);
        var groups = table.HasGroups ? table.Groups : null;
        var longest = entries.Length == 0 ? 0 : entries.Max(e => e.Scores.Length);
        var pValues = new double[entries.Length][];
        Parallel.For(
            0,
            entries.Length,
            new ParallelOptions { MaxDegreeOfParallelism = options.Threads },
            () => new PairBuffers(longest, groups),
            (i, _, buffers) =>
            {
                var row = new double[Math.Min(window, entries.Length - 1 - i)];
                for (var j = 0; j < row.Length; j++)
                    row[j] = PValue(entries[i], entries[i + 1 + j], buffers);
                pValues[i] = row;
                return buffers;
            },
            _ => { }
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
                ties[i].Add(i + 2 + j);
                ties[i + 1 + j].Add(i + 1);
            }
        }

        return Array.ConvertAll(
            ties,
            IReadOnlyList<PlaceRange> (places) =>
            {
                places.Sort();
                return PlaceRange.Of(places);
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
                buffers.Add(a.Questions[i], a.Compared[i] - b.Compared[j]);
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

    /// <summary>Sums differences by group, for one pair after the other.</summary>
    /// <param name="capacity">The most questions of a pair.</param>
    /// <param name="groups">Every question's group; null where each stands alone.</param>
    private sealed class PairBuffers(int capacity, int[]? groups)
    {
        private readonly double[] _differences = new double[capacity];

        // By group, where its sum lies and in which pair that was noted, so that nothing is cleared from pair to pair.
        private readonly (int Pair, int Place)[] _places = new (int, int)[groups is null ? 0 : groups.Length];
        private int _pair;
        private int _count;

        public ReadOnlySpan<double> Differences => _differences.AsSpan(0, _count);

        public void Clear() => (_pair, _count) = (_pair + 1, 0);

        public void Add(int question, double difference)
        {
            if (groups is not null)
            {
                ref var place = ref _places[groups[question]];
                if (place.Pair == _pair)
                {
                    _differences[place.Place] += difference;
                    return;
                }

                place = (_pair, _count);
            }

            _differences[_count++] = difference;
        }
    }
}
