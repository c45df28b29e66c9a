using Domain.Forecasts;
using Domain.Questions;

namespace Domain.Distributions;

/// <summary>
/// The points of a numeric or date question's range at which a crowd's cumulative functions are read and combined; between them the consensus
/// is linear.
/// </summary>
internal sealed class CdfGrid
{
    private readonly QuestionRange _range;
    private readonly GridPoint[] _points;
    private readonly double[] _x;
    private readonly long _complete;

    private CdfGrid(QuestionRange range, GridPoint[] points)
    {
        (_range, _points, _x) = (range, points, Array.ConvertAll(points, p => p.X));
        _complete = points.Max(p => p.Since);
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
            ]
        );

    public static CdfGrid Of(QuestionRange range, IEnumerable<GridPoint> points) => new(range, [.. points.OrderBy(p => p.X).ThenBy(p => !p.Before)]);

    /// <summary>The cumulative probability that a curve gives at each point.</summary>
    public double[] Read(StatedDistribution curve) => Array.ConvertAll(_points, p => p.Before ? curve.Before(p.X) : curve.At(p.X));

    /// <summary>The distribution that has the given cumulative probabilities at the points that were known at an instant.</summary>
    public StatedDistribution Curve(ReadOnlySpan<double> reading, long instant)
    {
        var (x, f) = (_x, reading[..Count].ToArray());
        if (instant < _complete)
        {
            var count = 0;
            x = new double[Count];
            for (var i = 0; i < Count; i++)
            {
                if (_points[i].Since <= instant)
                    (x[count], f[count++]) = (_x[i], reading[i]);
            }

            (x, f) = (x[..count], f[..count]);
        }

        // Means and medians of rising functions rise, and rounding must not change that.
        for (var i = 1; i < f.Length; i++)
            f[i] = Math.Max(f[i], f[i - 1]);
        return new StatedDistribution(_range, x, f);
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

        // Of the points at level 0 only the last one says anything, and of those at level 1 only the first. At a closed end of the range even that says
        // nothing,
        // because the function ends there anyway. At an open end it says that nothing lies beyond.
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
}

/// <summary>A point at which cumulative functions are read.</summary>
/// <param name="X">The point, in the unit of the question.</param>
/// <param name="Before">Whether the functions are read just below the point: the first of two readings at a step.</param>
/// <param name="Since">The first instant, in ticks, at which something that was stated bends, steps or crosses there.</param>
internal readonly record struct GridPoint(double X, bool Before, long Since);
