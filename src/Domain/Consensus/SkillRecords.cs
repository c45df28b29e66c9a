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

    private readonly Dictionary<string, (long[] After, double[] Skill)> _records = new(StringComparer.Ordinal);

    public SkillRecords(IReadOnlyList<EarlierScore> earlier)
    {
        if (earlier.Count == 0) return;
        foreach (var record in earlier.GroupBy(e => e.Forecaster, StringComparer.Ordinal))
        {
            var scores = record.OrderBy(e => e.KnownAt.UtcTicks).ThenBy(e => e.Peer.Value).ThenBy(e => e.Coverage.Value).ToArray();
            var (after, skill) = (new List<long>(), new List<double>());
            CompensatedSum peer = default, coverage = default;
            for (var i = 0; i < scores.Length; i++)
            {
                peer.Add(scores[i].Peer);
                coverage.Add(scores[i].Coverage);
                if (i + 1 < scores.Length && scores[i + 1].KnownAt.UtcTicks == scores[i].KnownAt.UtcTicks) continue;
                after.Add(scores[i].KnownAt.UtcTicks);
                skill.Add(Math.Max(peer.Value / (Shrinkage + coverage.Value), Least));
            }

            _records.Add(record.Key, ([.. after], [.. skill]));
        }
    }

    /// <summary>The skill at an instant, from what was known strictly before it.</summary>
    public double At(string forecaster, long instant)
    {
        if (!_records.TryGetValue(forecaster, out var record)) return Least;
        var index = Array.BinarySearch(record.After, instant);
        if (index < 0) index = ~index;
        return index == 0 ? Least : record.Skill[index - 1];
    }

    /// <summary>The instants, within ⟨from, to), from which another skill holds: one tick after each outcome was known.</summary>
    public IEnumerable<long> Changes(string forecaster, long from, long to) =>
        _records.TryGetValue(forecaster, out var record) ? record.After.Select(t => t + 1).Where(t => t >= from && t < to) : [];
}
