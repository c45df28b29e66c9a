using System.Runtime.InteropServices;
using Domain.Statistics;
using Domain.TrackRecords;

namespace Domain.TrackRecords;

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
        ReadOnlySpan<EarlierScore> told = earlier switch
        {
            EarlierScore[] array => array,
            List<EarlierScore> list => CollectionsMarshal.AsSpan(list),
            _ => earlier.ToArray(),
        };
        var scores = TryPlace(forecasters, told, out _firsts) ? told : Sorted(forecasters, told, out _firsts);
        (_after, _skill) = (new long[scores.Length], new double[scores.Length]);
        for (var f = 0; f < forecasters.Length; f++)
        {
            CompensatedSum peer = default,
                coverage = default;
            for (var i = _firsts[f]; i < _firsts[f + 1]; i++)
            {
                peer.Add(scores[i].Peer);
                coverage.Add(scores[i].Coverage);
                // Of several outcomes that became known at one instant, the last sum counts.
                _after[i] = scores[i].KnownAt.UtcTicks;
                _skill[i] = Math.Max(peer.Value / (Shrinkage + coverage.Value), Least);
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
            if (_after[middle] < instant)
                first = middle + 1;
            else
                beyond = middle;
        }

        return first == _firsts[forecaster] ? Least : _skill[first - 1];
    }

    /// <summary>The instants in ⟨from, to) at which a skill changes, in order, each with the forecaster: one tick after each outcome was known.</summary>
    public List<(long Instant, int Forecaster)> Changes(long from, long to)
    {
        var changes = new List<(long Instant, int Forecaster)>();
        for (var f = 0; f + 1 < _firsts.Length; f++)
        {
            for (var i = _firsts[f]; i < _firsts[f + 1]; i++)
            {
                var instant = _after[i] + 1;
                if (instant >= from && instant < to && (i + 1 == _firsts[f + 1] || _after[i + 1] != _after[i]))
                    changes.Add((instant, f));
            }
        }

        changes.Sort();
        return changes;
    }

    /// <summary>Finds where the records of each forecaster begin, if they are in order already. Those of a question that is scored are, and can be tens of
    /// thousands.</summary>
    private static bool TryPlace(string[] forecasters, ReadOnlySpan<EarlierScore> scores, out int[] firsts)
    {
        firsts = new int[forecasters.Length + 1];
        var f = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            while (f < forecasters.Length && !string.Equals(forecasters[f], scores[i].Forecaster, StringComparison.Ordinal))
                firsts[++f] = i;
            if (f == forecasters.Length || (i > firsts[f] && Order(scores[i - 1], scores[i]) > 0))
                return false;
        }

        firsts.AsSpan(f + 1).Fill(scores.Length);
        return true;
    }

    /// <summary>The records of the forecasters in order, without those of others.</summary>
    private static EarlierScore[] Sorted(string[] forecasters, ReadOnlySpan<EarlierScore> scores, out int[] firsts)
    {
        var places = new int[scores.Length];
        firsts = new int[forecasters.Length + 1];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = Array.BinarySearch(forecasters, scores[i].Forecaster, StringComparer.Ordinal);
            if (places[i] >= 0)
                firsts[places[i] + 1]++;
        }

        for (var f = 0; f < forecasters.Length; f++)
            firsts[f + 1] += firsts[f];
        var next = firsts[..^1];
        var sorted = new EarlierScore[firsts[^1]];
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] >= 0)
                sorted[next[places[i]]++] = scores[i];
        }

        for (var f = 0; f < forecasters.Length; f++)
            sorted.AsSpan(firsts[f]..firsts[f + 1]).Sort(Order);
        return sorted;
    }

    private static int Order(EarlierScore a, EarlierScore b)
    {
        var byTime = a.KnownAt.UtcTicks.CompareTo(b.KnownAt.UtcTicks);
        if (byTime != 0)
            return byTime;
        var byPeer = a.Peer.Value.CompareTo(b.Peer.Value);
        return byPeer != 0 ? byPeer : a.Coverage.Value.CompareTo(b.Coverage.Value);
    }
}
