using Domain.TrackRecords;

namespace Store.Scoring;

/// <summary>The outcomes of questions with the same number of options, by the instant at which they became known, with the counts before each.</summary>
/// <remarks>Adding the latest outcome has a constant cost. That is the usual case, because questions are scored in the order of their outcomes.</remarks>
internal sealed class OutcomeRecord(int options)
{
    private readonly List<long> _knownAt = [];
    private readonly List<int[]> _counts = [];

    // The counts before each instant, as far as they have been summed.
    private readonly List<int[]> _before = [new int[options]];

    public void Add(long knownAt, int option)
    {
        var place = Place(knownAt);
        if (place == _knownAt.Count || _knownAt[place] != knownAt)
        {
            _knownAt.Insert(place, knownAt);
            _counts.Insert(place, new int[options]);
        }

        _counts[place][option]++;
        Forget(place);
    }

    /// <summary>Removes an outcome that was added.</summary>
    /// <exception cref="InvalidOperationException">There is no such outcome.</exception>
    public void Remove(long knownAt, int option)
    {
        var place = Place(knownAt);
        if (place == _knownAt.Count || _knownAt[place] != knownAt || _counts[place][option] == 0)
            throw new InvalidOperationException("There is no such outcome on record.");
        if (--_counts[place][option] == 0 && Array.TrueForAll(_counts[place], c => c == 0))
        {
            _knownAt.RemoveAt(place);
            _counts.RemoveAt(place);
        }

        Forget(place);
    }

    /// <summary>The outcomes known before an instant. Those known before the opening are combined into one; later ones keep their own instants.</summary>
    public List<EarlierOutcome> Tell(DateTimeOffset opensAt, DateTimeOffset before)
    {
        var (open, end) = (Place(opensAt.UtcTicks), Place(before.UtcTicks));
        var told = new List<EarlierOutcome>();
        for (var i = open; i < end; i++)
            Tell(new DateTimeOffset(_knownAt[i], TimeSpan.Zero), _counts[i], told);
        Tell(opensAt.AddTicks(-1), Before(Math.Min(open, end)), told);
        return told;
    }

    private void Tell(DateTimeOffset at, int[] counts, List<EarlierOutcome> told)
    {
        for (var o = 0; o < options; o++)
        {
            if (counts[o] > 0)
                told.Add(new EarlierOutcome(at, o, options, counts[o]));
        }
    }

    // Several questions may ask at the same time. The first one computes the sums.
    private int[] Before(int place)
    {
        lock (_before)
        {
            while (_before.Count <= place)
            {
                var last = _before.Count - 1;
                _before.Add([.. _before[last].Zip(_counts[last], (a, b) => a + b)]);
            }

            return _before[place];
        }
    }

    private void Forget(int place)
    {
        if (_before.Count > place + 1)
            _before.RemoveRange(place + 1, _before.Count - place - 1);
    }

    /// <summary>The number of instants before one.</summary>
    private int Place(long ticks) =>
        _knownAt.Count == 0 || ticks > _knownAt[^1] ? _knownAt.Count
        : _knownAt.BinarySearch(ticks) is var place && place >= 0 ? place
        : ~place;
}
