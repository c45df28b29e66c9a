using Domain.Statistics;
using Domain.TrackRecords;

namespace Store.Scoring;

/// <summary>
/// One forecaster's peer scores and coverages in the order in which outcomes became known, equal instants by score, with their running sums. The order, and so
/// every bit of a sum, does not depend on the order of arrival.
/// </summary>
/// <remarks>
/// Scores that are added before the first query are sorted once, at that query. A later score usually follows that of the question known just before it. It
/// goes into a gap that moves along with the instants, so that a record of hundreds of thousands of scores does not have to shift.
/// </remarks>
internal sealed class PeerRecord
{
    private readonly List<(long KnownAt, double Peer, double Coverage)> _beforeGap = [];

    // The score nearest to the gap is last.
    private readonly List<(long KnownAt, double Peer, double Coverage)> _behindGap = [];
    private readonly List<(CompensatedSum Peer, CompensatedSum Coverage)> _upto = [];
    private volatile bool _sorted;

    private int Count => _beforeGap.Count + _behindGap.Count;

    public void Add(long knownAt, double peer, double coverage)
    {
        var score = (knownAt, peer, coverage);
        if (_sorted)
            MoveGap(score);
        _beforeGap.Add(score);
    }

    /// <summary>Removes a score that was added.</summary>
    /// <exception cref="InvalidOperationException">There is no such score.</exception>
    public void Remove(long knownAt, double peer, double coverage)
    {
        Sort();
        var score = (knownAt, peer, coverage);
        MoveGap(score);
        // Equal scores may lie on either side of the gap.
        var from = _beforeGap.Count > 0 && _beforeGap[^1].CompareTo(score) == 0 ? _beforeGap : _behindGap;
        if (from.Count == 0 || from[^1].CompareTo(score) != 0)
            throw new InvalidOperationException("There is no such score on record.");
        from.RemoveAt(from.Count - 1);
        if (_upto.Count > _beforeGap.Count)
            _upto.RemoveRange(_beforeGap.Count, _upto.Count - _beforeGap.Count);
    }

    /// <summary>Adds the scores known before an instant to a list. Those known before the opening are combined into one; later ones stay separate.</summary>
    public void Tell(string forecaster, DateTimeOffset opensAt, DateTimeOffset before, List<EarlierScore> into)
    {
        Sort();
        var opening = opensAt < before ? opensAt : before;
        var next = Place(opening.UtcTicks);
        if (next > 0)
        {
            var (peer, coverage) = Upto(next);
            into.Add(new EarlierScore(forecaster, opening.AddTicks(-1), peer, coverage));
        }

        var end = Place(before.UtcTicks);
        into.EnsureCapacity(into.Count + Math.Max(end - next, 0));
        for (; next < end; next++)
        {
            var score = At(next);
            into.Add(new EarlierScore(forecaster, new DateTimeOffset(score.KnownAt, TimeSpan.Zero), score.Peer, score.Coverage));
        }
    }

    private (long KnownAt, double Peer, double Coverage) At(int place) =>
        place < _beforeGap.Count ? _beforeGap[place] : _behindGap[^(place - _beforeGap.Count + 1)];

    private void MoveGap((long KnownAt, double Peer, double Coverage) to)
    {
        while (_behindGap.Count > 0 && _behindGap[^1].CompareTo(to) < 0)
            Move(_behindGap, _beforeGap);
        while (_beforeGap.Count > 0 && _beforeGap[^1].CompareTo(to) > 0)
            Move(_beforeGap, _behindGap);
        if (_upto.Count > _beforeGap.Count)
            _upto.RemoveRange(_beforeGap.Count, _upto.Count - _beforeGap.Count);

        static void Move<T>(List<T> from, List<T> into)
        {
            into.Add(from[^1]);
            from.RemoveAt(from.Count - 1);
        }
    }

    // Several questions may ask at the same time. The first one sorts.
    private void Sort()
    {
        if (_sorted)
            return;
        lock (_upto)
        {
            if (!_sorted)
                _beforeGap.Sort();
            _sorted = true;
        }
    }

    /// <summary>The number of scores known before an instant.</summary>
    private int Place(long instant)
    {
        var (first, beyond) = (0, Count);
        while (first < beyond)
        {
            var middle = (first + beyond) >>> 1;
            if (At(middle).KnownAt < instant)
                first = middle + 1;
            else
                beyond = middle;
        }

        return first;
    }

    private (CompensatedSum Peer, CompensatedSum Coverage) Upto(int count)
    {
        lock (_upto)
        {
            while (_upto.Count < count)
            {
                var (peer, coverage) = _upto.Count == 0 ? default : _upto[^1];
                var score = At(_upto.Count);
                peer.Add(score.Peer);
                coverage.Add(score.Coverage);
                _upto.Add((peer, coverage));
            }

            return _upto[count - 1];
        }
    }
}
