using Domain.Forecasts;
using Domain.Questions;
using Domain.Scoring.Rules;

namespace Domain.Consensus;

/// <summary>
/// Every point at which one of a crowd's cumulative functions bends or steps, or two of them cross: read there, their pointwise median and
/// means are exact. It stops at the first instant from which there are more than can be read in reasonable time.
/// </summary>
internal sealed class ExactPoints
{
    /// <summary>How many points are read at most.</summary>
    public const int MostPoints = 512;

    /// <summary>How many different forecasts are combined exactly at most.</summary>
    public const int MostCurves = 128;

    private readonly Dictionary<double, long> _bends = [];
    private readonly Dictionary<double, long> _steps = [];
    private readonly HashSet<Prediction> _seen = [];
    private readonly List<StatedDistribution> _curves = [];

    private ExactPoints()
    {
    }

    /// <summary>The instant from which there are too many; <see cref="long.MaxValue"/> where there never are.</summary>
    public long Until { get; private set; } = long.MaxValue;

    private int Count => _bends.Count + _steps.Count;

    public static ExactPoints Of(QuestionRange range, CrowdMembers members, IReadOnlyList<StatedDistribution> curves)
    {
        var points = new ExactPoints();
        (points._bends[range.Min], points._bends[range.Max]) = (long.MinValue, long.MinValue);
        foreach (var together in Enumerable.Range(0, members.Count).GroupBy(i => members[i].From).OrderBy(g => g.Key))
        {
            foreach (var i in together.OrderBy(members.PlaceOf))
            {
                if (points.Count <= MostPoints && points._seen.Add(members[i].Prediction)) points.Add(curves[i], together.Key);
            }

            if (points.Count <= MostPoints && points._curves.Count <= MostCurves) continue;
            points.Until = together.Key;
            break;
        }

        return points;
    }

    public IEnumerable<GridPoint> All() => _bends.Select(b => new GridPoint(b.Key, false, b.Value)).Concat(_steps.Select(s => new GridPoint(s.Key, true, s.Value)));

    private void Add(StatedDistribution curve, long since)
    {
        foreach (var x in curve.Points)
        {
            _bends.TryAdd(x, since);
            if (curve.StepsAt(x)) _steps.TryAdd(x, since);
        }

        if (_curves.Count <= MostCurves)
        {
            foreach (var other in _curves) AddCrossings(curve, other, since);
        }

        _curves.Add(curve);
    }

    private void AddCrossings(StatedDistribution a, StatedDistribution b, long since)
    {
        var bends = new double[a.Points.Length + b.Points.Length];
        a.Points.CopyTo(bends);
        b.Points.CopyTo(bends.AsSpan(a.Points.Length));
        Array.Sort(bends);
        for (var i = 1; i < bends.Length; i++)
        {
            if (bends[i] == bends[i - 1]) continue;
            var (left, right) = (a.At(bends[i - 1]) - b.At(bends[i - 1]), a.Before(bends[i]) - b.Before(bends[i]));
            if (left * right < 0) _bends.TryAdd(bends[i - 1] + ((bends[i] - bends[i - 1]) * left / (left - right)), since);
        }
    }
}
