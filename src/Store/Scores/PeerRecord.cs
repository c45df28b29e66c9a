using Domain.Scoring;
using Domain.Statistics;

namespace Store.Scores;

/// <summary>
/// One forecaster's peer scores and coverages in the order in which outcomes became known, equal instants by score, with their running sums: the
/// order, and so every bit of a sum, is the same however they came.
/// </summary>
internal sealed class PeerRecord
{
    private readonly List<(long KnownAt, double Peer, double Coverage)> _scores = [];
    private readonly List<(CompensatedSum Peer, CompensatedSum Coverage)> _upto = [];

    public void Add(long knownAt, double peer, double coverage)
    {
        var score = (knownAt, peer, coverage);
        var at = _scores.Count;
        if (at > 0 && _scores[at - 1].CompareTo(score) > 0)
        {
            at = _scores.BinarySearch(score);
            if (at < 0) at = ~at;
            if (at < _upto.Count) _upto.RemoveRange(at, _upto.Count - at);
        }

        _scores.Insert(at, score);
    }

    /// <summary>Tells what was known before an instant: what was known before the opening as one, later outcomes each by itself.</summary>
    public void Tell(string forecaster, DateTimeOffset opensAt, DateTimeOffset before, List<EarlierScore> into)
    {
        var opening = opensAt < before ? opensAt : before;
        var next = _scores.BinarySearch((opening.UtcTicks, double.NegativeInfinity, double.NegativeInfinity));
        if (next < 0) next = ~next;
        if (next > 0)
        {
            var (peer, coverage) = Upto(next);
            into.Add(new EarlierScore(forecaster, opening.AddTicks(-1), peer, coverage));
        }

        for (; next < _scores.Count && _scores[next].KnownAt < before.UtcTicks; next++)
        {
            into.Add(new EarlierScore(forecaster, new DateTimeOffset(_scores[next].KnownAt, TimeSpan.Zero), _scores[next].Peer, _scores[next].Coverage));
        }
    }

    private (CompensatedSum Peer, CompensatedSum Coverage) Upto(int count)
    {
        // Several questions may be asked about at once.
        lock (_upto)
        {
            while (_upto.Count < count)
            {
                var (peer, coverage) = _upto.Count == 0 ? default : _upto[^1];
                peer.Add(_scores[_upto.Count].Peer);
                coverage.Add(_scores[_upto.Count].Coverage);
                _upto.Add((peer, coverage));
            }

            return _upto[count - 1];
        }
    }
}
