using Domain.Scoring;

namespace Store.Scores;

/// <summary>How questions with as many options came out, by the instant at which that became known, with how many did before each.</summary>
internal sealed class OutcomeRecord(int options)
{
    private readonly Dictionary<long, int[]> _counts = [];
    private Sorted? _sorted;

    public void Add(long knownAt, int option)
    {
        if (!_counts.TryGetValue(knownAt, out var counts)) _counts.Add(knownAt, counts = new int[options]);
        counts[option]++;
        _sorted = null;
    }

    /// <summary>What was known before an instant: later outcomes each at its own, what was known before the opening as one.</summary>
    public List<EarlierOutcome> Tell(DateTimeOffset opensAt, DateTimeOffset before)
    {
        // Several questions may be asked about at once; each would sort the same.
        var sorted = _sorted ??= Sort();
        var (open, end) = (sorted.Place(opensAt.UtcTicks), sorted.Place(before.UtcTicks));
        var told = new List<EarlierOutcome>();
        for (var i = open; i < end; i++) Tell(new DateTimeOffset(sorted.KnownAt[i], TimeSpan.Zero), sorted.Counts[i], told);
        Tell(opensAt.AddTicks(-1), sorted.Before[Math.Min(open, end)], told);
        return told;
    }

    private void Tell(DateTimeOffset at, int[] counts, List<EarlierOutcome> told)
    {
        for (var o = 0; o < options; o++)
        {
            if (counts[o] > 0) told.Add(new EarlierOutcome(at, o, options, counts[o]));
        }
    }

    private Sorted Sort()
    {
        var knownAt = _counts.Keys.Order().ToArray();
        var counts = Array.ConvertAll(knownAt, k => _counts[k]);
        var before = new int[knownAt.Length + 1][];
        before[0] = new int[options];
        for (var i = 0; i < knownAt.Length; i++) before[i + 1] = [.. before[i].Zip(counts[i], (a, b) => a + b)];
        return new Sorted(knownAt, counts, before);
    }

    private sealed record Sorted(long[] KnownAt, int[][] Counts, int[][] Before)
    {
        /// <summary>How many instants lie before one.</summary>
        public int Place(long ticks) => Array.BinarySearch(KnownAt, ticks) is var place && place >= 0 ? place : ~place;
    }
}
