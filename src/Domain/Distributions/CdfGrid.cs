using System.Numerics;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Statistics;

namespace Domain.Distributions;

/// <summary>
/// The points of a numeric or date question's range at which a crowd's cumulative functions are read and combined; between them the consensus
/// is linear.
/// </summary>
internal sealed class CdfGrid
{
    /// <summary>How much more room a reading needs than it has numbers, since whole vectors are written.</summary>
    public static readonly int Spare = Vector<double>.Count - 1;

    private readonly QuestionRange _range;
    private readonly GridPoint[] _points;
    private readonly double[] _x;
    private readonly long _complete;
    private readonly double _perUnit;

    private CdfGrid(QuestionRange range, GridPoint[] points, bool even)
    {
        (_range, _points, _complete) = (range, points, points.Max(p => p.Since));
        _x = [.. points.Select(p => p.X), .. Enumerable.Repeat(range.Max, Spare)];
        _perUnit = even ? OutcomeBins.Count / (range.Max - range.Min) : 0;
    }

    public int Count => _points.Length;

    /// <summary>The edges of the 200 bins in which outcomes are taken; at the range's ends also what lies strictly below.</summary>
    public static CdfGrid Binned(QuestionRange range, OutcomeBins bins) =>
        new(
            range,
            [
                new GridPoint(range.Min, true, long.MinValue),
                .. Enumerable.Range(0, OutcomeBins.Count).Select(i => new GridPoint(bins.Edge(i), false, long.MinValue)),
                new GridPoint(range.Max, true, long.MinValue),
                new GridPoint(range.Max, false, long.MinValue),
            ],
            even: true
        );

    public static CdfGrid Of(QuestionRange range, IEnumerable<GridPoint> points) =>
        new(range, [.. points.OrderBy(p => p.X).ThenBy(p => !p.Before)], even: false);

    /// <summary>Reads the cumulative probability that a function gives at some of the points.</summary>
    /// <param name="x">The points of the function.</param>
    /// <param name="f">The cumulative probability at each.</param>
    /// <param name="from">The first point of the grid that is read.</param>
    /// <param name="to">The first after it that is not.</param>
    /// <param name="into">Room for what is read, and <see cref="Spare"/> more.</param>
    public void Read(ReadOnlySpan<double> x, ReadOnlySpan<double> f, int from, int to, Span<double> into)
    {
        var next = FirstBend(x, _x[from]);
        for (var at = from; at < to; next++)
        {
            var reached = next == x.Length ? to : Math.Min(FirstAtLeast(x[next], at), to);
            Between(x, f, next - 1, at, reached, into[(at - from)..]);
            at = reached;
            if (next == x.Length)
                break;
            // Where a point of the grid and one of the function are the same decimal, the function may step.
            for (var before = at - 1; before >= from && Decimals.AreEqual(_x[before], x[next]); before--)
                into[before - from] = Read(x, f, before);
            for (; at < to && Decimals.AreEqual(_x[at], x[next]); at++)
                into[at - from] = Read(x, f, at);
        }
    }

    /// <summary>Gives a function the cumulative probabilities of a reading at the points that were known at an instant.</summary>
    public void State(ReadOnlySpan<double> reading, long instant, StatedDistribution into)
    {
        var count = Count;
        if (instant < _complete)
        {
            count = 0;
            foreach (ref readonly var point in _points.AsSpan())
                count += point.Since <= instant ? 1 : 0;
        }

        into.State(count, out var x, out var f);
        if (count == Count)
        {
            _x.AsSpan(0, count).CopyTo(x);
            reading[..count].CopyTo(f);
        }
        else
        {
            for (int i = 0, known = 0; i < Count; i++)
            {
                if (_points[i].Since <= instant)
                    (x[known], f[known++]) = (_x[i], reading[i]);
            }
        }

        // Means and medians of rising functions rise, and rounding must not change that.
        for (var i = 1; i < f.Length; i++)
        {
            if (f[i] < f[i - 1])
                f[i] = f[i - 1];
        }
    }

    /// <summary>The same as the points of a forecast. Only points are included at which something bends that was stated by the instant, so that nothing later
    /// shows.</summary>
    public Prediction.Quantiles Quantiles(ReadOnlySpan<double> reading, long instant)
    {
        var stated = new List<Quantile>();
        for (var i = 0; i < Count; i++)
        {
            if (_points[i].Since > instant)
                continue;
            var point = new Quantile(Math.Max(reading[i], stated.Count == 0 ? 0 : stated[^1].Level), _x[i]);
            if (stated.Count == 0 || stated[^1] != point)
                stated.Add(point);
        }

        // Of the points at level 0 only the last one says anything, and of those at level 1 only the first. At a closed end of the range even that
        // says nothing, because the function ends there anyway. At an open end it says that nothing lies beyond.
        var first = stated.FindLastIndex(q => q.Level <= 0);
        var last = stated.FindIndex(q => q.Level >= 1);
        if (first >= 0 && stated[first].Value <= _range.Min && !_range.OpenLower)
            first++;
        if (last >= 0 && stated[last].Value >= _range.Max && !_range.OpenUpper)
            last--;
        if (last < 0)
            last = stated.Count - 1;
        return new Prediction.Quantiles([.. stated.Skip(Math.Max(first, 0)).Take(last - Math.Max(first, 0) + 1)]);
    }

    private double Read(ReadOnlySpan<double> x, ReadOnlySpan<double> f, int point) =>
        _points[point].Before ? StatedDistribution.Before(x, f, _x[point]) : StatedDistribution.At(x, f, _x[point]);

    /// <summary>Reads points of the grid that lie between two neighboring points of a function.</summary>
    private void Between(ReadOnlySpan<double> x, ReadOnlySpan<double> f, int below, int from, int to, Span<double> into)
    {
        if (from == to)
            return;
        if (below < 0 || below + 1 == x.Length)
        {
            into[..(to - from)].Fill(f[Math.Max(below, 0)]);
            return;
        }

        var (start, level) = (new Vector<double>(x[below]), new Vector<double>(f[below]));
        var (rise, length) = (new Vector<double>(f[below + 1] - f[below]), new Vector<double>(x[below + 1] - x[below]));
        var points = _x.AsSpan(from);
        var levels = into[..(to - from + Spare)];
        for (var i = 0; i < to - from; i += Vector<double>.Count)
            (level + (rise * (new Vector<double>(points[i..]) - start) / length)).CopyTo(levels[i..]);
    }

    /// <summary>The first point of a function that is not below a point of the grid, as decimals.</summary>
    private static int FirstBend(ReadOnlySpan<double> x, double point)
    {
        var i = x.BinarySearch(point);
        if (i < 0)
            i = ~i;
        while (i > 0 && Decimals.AreEqual(x[i - 1], point))
            i--;
        return i;
    }

    /// <summary>The first point of the grid, of those from one on, that is not below a point of a function.</summary>
    private int FirstAtLeast(double x, int from)
    {
        if (_perUnit > 0)
        {
            var at = (int)Math.Clamp((x - _range.Min) * _perUnit, from, Count);
            while (at > from && _x[at - 1] >= x)
                at--;
            while (at < Count && _x[at] < x)
                at++;
            return at;
        }

        var (first, beyond) = (from, Count);
        while (first < beyond)
        {
            var middle = (first + beyond) >>> 1;
            if (_x[middle] < x)
                first = middle + 1;
            else
                beyond = middle;
        }

        return first;
    }
}

/// <summary>A point at which cumulative functions are read.</summary>
/// <param name="X">The point, in the unit of the question.</param>
/// <param name="Before">Whether the functions are read just below the point: the first of two readings at a step.</param>
/// <param name="Since">The first instant, in ticks, at which something that was stated bends, steps or crosses there.</param>
internal readonly record struct GridPoint(double X, bool Before, long Since);
