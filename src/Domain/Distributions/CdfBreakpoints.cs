using Domain.Crowds;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Statistics;

namespace Domain.Distributions;

/// <summary>
/// The points at which a crowd's cumulative functions are combined. When they are read wherever one of them bends or steps and wherever two of
/// them cross, their pointwise median and means are exact. When the crossings become too many, only bends and steps are read from that instant on; the means
/// stay exact. When those become too many as well, the edges of the 200 bins are read from that instant on.
/// </summary>
internal sealed class CdfBreakpoints
{
    /// <summary>The most points that are read while crossings are among them.</summary>
    public const int MostPoints = 512;

    /// <summary>The most bends and steps that are read: those of one forecast of 1,000 points and of a few that share most of its points.</summary>
    public const int MostBends = 1_024;

    /// <summary>The most different forecasts whose crossings are read.</summary>
    public const int MostCurves = 128;

    private readonly QuestionRange _range;
    private readonly Dictionary<double, long> _bends = [];
    private readonly Dictionary<double, long> _steps = [];

    // By decimal: where two functions cross within the last digits of each other is one crossing, read where the first of them is.
    private readonly Dictionary<double, (double X, long Since)> _crossings = [];
    private readonly HashSet<Prediction> _seen = [];
    private readonly List<StatedDistribution> _curves = [];
    private long _crossedUntil = long.MaxValue;
    private long _bentUntil = long.MaxValue;

    private CdfBreakpoints(QuestionRange range)
    {
        _range = range;
        (_bends[range.Min], _bends[range.Max]) = (long.MinValue, long.MinValue);
    }

    public static CdfBreakpoints Of(QuestionRange range, CrowdMembers members)
    {
        var points = new CdfBreakpoints(range);
        // Members are numbered in the order in which they begin.
        for (int from = 0, to; from < members.Count && points._bentUntil == long.MaxValue; from = to)
        {
            var since = members[from].From;
            to = from + 1;
            while (to < members.Count && members[to].From == since)
                to++;
            foreach (var i in Enumerable.Range(from, to - from).OrderBy(members.PlaceOf))
            {
                if (points._seen.Add(members[i].Prediction))
                    points.Add(new StatedDistribution((Prediction.Quantiles)members[i].Prediction, range), since);
            }

            if (points.Bends > MostBends)
                points._bentUntil = since;
        }

        return points;
    }

    /// <summary>The grids, each with the instant from which it holds. A grid depends on nothing that is stated later.</summary>
    public IReadOnlyList<(long From, CdfGrid Grid)> Grids(OutcomeBins bins)
    {
        var grids = new List<(long, CdfGrid)>();
        var crossedUntil = Math.Min(_crossedUntil, _bentUntil);
        grids.Add((long.MinValue, CdfGrid.Of(_range, Before(crossedUntil, crossings: true))));
        if (crossedUntil < _bentUntil)
            grids.Add((crossedUntil, CdfGrid.Of(_range, Before(_bentUntil, crossings: false))));
        if (_bentUntil < long.MaxValue)
            grids.Add((_bentUntil, CdfGrid.Binned(_range, bins)));
        return grids;
    }

    private int Bends => _bends.Count + _steps.Count;

    private IEnumerable<GridPoint> Before(long instant, bool crossings)
    {
        foreach (var (x, since) in _bends)
        {
            if (since < instant)
                yield return new GridPoint(x, false, crossings && _crossings.TryGetValue(x, out var crossing) ? Math.Min(since, crossing.Since) : since);
        }

        foreach (var (x, since) in _steps)
        {
            if (since < instant)
                yield return new GridPoint(x, true, since);
        }

        if (!crossings)
            yield break;
        foreach (var (place, (x, since)) in _crossings)
        {
            if (since < instant && !(_bends.TryGetValue(place, out var bent) && bent < instant))
                yield return new GridPoint(x, false, since);
        }
    }

    private void Add(StatedDistribution curve, long since)
    {
        foreach (var x in curve.Points)
        {
            var place = PlaceOf(x);
            _bends.TryAdd(place, since);
            if (curve.StepsAt(place))
                _steps.TryAdd(place, since);
        }

        if (_crossedUntil < long.MaxValue)
            return;
        foreach (var other in _curves)
            AddCrossings(curve, other, since);
        _curves.Add(curve);
        if (Bends + _crossings.Count > MostPoints || _curves.Count > MostCurves)
            _crossedUntil = since;
    }

    /// <summary>The point of a decimal. Two points at the same decimal would read a step twice.</summary>
    private double PlaceOf(double x) =>
        Decimals.AreEqual(x, _range.Min) ? _range.Min
        : Decimals.AreEqual(x, _range.Max) ? _range.Max
        : Decimals.Rounded(x);

    private void AddCrossings(StatedDistribution a, StatedDistribution b, long since)
    {
        var of = new Walk(a);
        var other = new Walk(b);
        var from = _range.Min;
        var left = of.From(from) - other.From(from);
        while (from < _range.Max)
        {
            var to = Math.Min(of.Next, other.Next);
            var right = of.Before(to) - other.Before(to);
            if (left * right < 0)
            {
                // Nobody wrote this point as a decimal. Rounded to one, it would lie up to 10⁻¹⁰ beside the crossing on a range far from 0, and the
                // median there would miss a level that it reaches.
                var x = from + ((to - from) * left / (left - right));
                _crossings.TryAdd(PlaceOf(x), (x, since));
            }
            (from, left) = (to, of.From(to) - other.From(to));
        }
    }

    /// <summary>Walks along a function from the lower end of the range to the upper one.</summary>
    private ref struct Walk(StatedDistribution curve)
    {
        private readonly ReadOnlySpan<double> _x = curve.Points;
        private readonly ReadOnlySpan<double> _f = curve.Levels;
        private int _next;

        /// <summary>The next point at which it bends.</summary>
        public readonly double Next => _x[_next];

        /// <summary>The probability of less than a point, which is not beyond the next.</summary>
        public readonly double Before(double x) =>
            _x[_next] == x ? _f[_next] : _f[_next - 1] + ((_f[_next] - _f[_next - 1]) * (x - _x[_next - 1]) / (_x[_next] - _x[_next - 1]));

        /// <summary>The probability of at most such a point. The walk then continues beyond it.</summary>
        public double From(double x)
        {
            if (_x[_next] != x)
                return Before(x);
            while (_next < _x.Length && _x[_next] == x)
                _next++;
            return _f[_next - 1];
        }
    }
}
