using Domain.Scoring;
using Domain.Statistics;

namespace Domain.Consensus;

/// <summary>
/// How well each forecaster has done on questions resolved before an instant: r = max(Σ peer/(30 + Σ coverage), 10⁻⁶), which is 10⁻⁶ for
/// somebody without a record.
/// </summary>
internal sealed class SkillRecords
{
    private const double Shrinkage = 30;

    /// <summary>The skill of a forecaster without a record, or with a bad one.</summary>
    public const double Least = 1e-6;

    private readonly int[] _firsts;
    private readonly long[] _after;
    private readonly double[] _skill;

    /// <param name="forecasters">The names, in ordinal order; records of others do not count.</param>
    /// <param name="earlier">Their records, in any order.</param>
    public SkillRecords(string[] forecasters, IReadOnlyList<EarlierScore> earlier)
    {
        var ofForecasters = Grouped(forecasters, earlier, out _firsts);
        (_after, _skill) = (new long[ofForecasters.Length], new double[ofForecasters.Length]);
        for (var f = 0; f < forecasters.Length; f++)
        {
            var scores = ofForecasters.AsSpan(_firsts[f].._firsts[f + 1]);
            if (scores.Length > 1) scores.Sort(Order);
            CompensatedSum peer = default, coverage = default;
            for (var i = 0; i < scores.Length; i++)
            {
                peer.Add(scores[i].Peer);
                coverage.Add(scores[i].Coverage);
                // Of what became known at one instant the last holds.
                _after[_firsts[f] + i] = scores[i].KnownAt.UtcTicks;
                _skill[_firsts[f] + i] = Math.Max(peer.Value / (Shrinkage + coverage.Value), Least);
            }
        }
    }

    /// <summary>A forecaster's skill at an instant, from what was known strictly before it.</summary>
    public double At(int forecaster, long instant)
    {
        var (first, beyond) = (_firsts[forecaster], _firsts[forecaster + 1]);
        while (first < beyond)
        {
            var middle = (first + beyond) >>> 1;
            if (_after[middle] < instant) first = middle + 1;
            else beyond = middle;
        }

        return first == _firsts[forecaster] ? Least : _skill[first - 1];
    }

    /// <summary>The instants, within ⟨from, to), from which another skill holds, in order with whose: one tick after each outcome was known.</summary>
    public List<(long Instant, int Forecaster)> Changes(long from, long to)
    {
        var changes = new List<(long Instant, int Forecaster)>();
        for (var f = 0; f + 1 < _firsts.Length; f++)
        {
            for (var i = _firsts[f]; i < _firsts[f + 1]; i++)
            {
                var instant = _after[i] + 1;
                if (instant >= from && instant < to && (i + 1 == _firsts[f + 1] || _after[i + 1] != _after[i])) changes.Add((instant, f));
            }
        }

        changes.Sort();
        return changes;
    }

    private static EarlierScore[] Grouped(string[] forecasters, IReadOnlyList<EarlierScore> earlier, out int[] firsts)
    {
        firsts = new int[forecasters.Length + 1];
        if (earlier.Count == 0) return [];
        var places = Places(forecasters, earlier);
        foreach (var f in places)
        {
            if (f >= 0) firsts[f + 1]++;
        }

        for (var f = 0; f < forecasters.Length; f++) firsts[f + 1] += firsts[f];
        var next = firsts[..^1];
        var grouped = new EarlierScore[firsts[^1]];
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] >= 0) grouped[next[places[i]]++] = earlier[i];
        }

        return grouped;
    }

    /// <summary>The index of each record's forecaster, or −1. Records mostly come forecaster after forecaster by name, which needs no search.</summary>
    private static int[] Places(string[] forecasters, IReadOnlyList<EarlierScore> earlier)
    {
        var places = new int[earlier.Count];
        var near = 0;
        for (var i = 0; i < places.Length; i++)
        {
            var name = earlier[i].Forecaster;
            if (near + 1 < forecasters.Length && !Is(near) && Is(near + 1)) near++;
            else if (near >= forecasters.Length || !Is(near))
            {
                places[i] = Array.BinarySearch(forecasters, name, StringComparer.Ordinal);
                if (places[i] >= 0) near = places[i];
                else places[i] = -1;
                continue;
            }

            places[i] = near;

            bool Is(int f) => string.Equals(forecasters[f], name, StringComparison.Ordinal);
        }

        return places;
    }

    private static int Order(EarlierScore a, EarlierScore b)
    {
        var byTime = a.KnownAt.UtcTicks.CompareTo(b.KnownAt.UtcTicks);
        if (byTime != 0) return byTime;
        var byPeer = a.Peer.Value.CompareTo(b.Peer.Value);
        return byPeer != 0 ? byPeer : a.Coverage.Value.CompareTo(b.Coverage.Value);
    }
}
