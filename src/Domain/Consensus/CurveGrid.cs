using Domain.Forecasts;
using Domain.Questions;
using Domain.Scoring.Rules;

namespace Domain.Consensus;

/// <summary>
/// The points of a numeric or date question's range at which a crowd's cumulative functions are read and combined; between them the consensus
/// is linear.
/// </summary>
internal sealed class CurveGrid
{
    private readonly QuestionRange _range;
    private readonly GridPoint[] _points;
    private readonly double[] _x;

    private CurveGrid(QuestionRange range, GridPoint[] points) => (_range, _points, _x) = (range, points, Array.ConvertAll(points, p => p.X));

    public int Count => _points.Length;

    /// <summary>The edges of the 200 bins in which outcomes are taken.</summary>
    public static CurveGrid Binned(QuestionRange range) => new(range,
        [.. Enumerable.Range(0, StatedDistribution.Bins + 1).Select(i => new GridPoint(range.Min + (i * (range.Max - range.Min) / StatedDistribution.Bins), false, long.MinValue))]);

    public static CurveGrid Of(QuestionRange range, IEnumerable<GridPoint> points) => new(range, [.. points.OrderBy(p => p.X).ThenBy(p => !p.Before)]);

    /// <summary>The cumulative probability that a curve gives at each point.</summary>
    public double[] Read(StatedDistribution curve) => Array.ConvertAll(_points, p => p.Before ? curve.Before(p.X) : curve.At(p.X));

    /// <summary>The distribution that has the given cumulative probabilities at the points.</summary>
    public StatedDistribution Curve(ReadOnlySpan<double> reading)
    {
        // Means and medians of rising functions rise; rounding may not say otherwise.
        var f = reading[..Count].ToArray();
        for (var i = 1; i < f.Length; i++) f[i] = Math.Max(f[i], f[i - 1]);
        return new StatedDistribution(_range, _x, f);
    }

    /// <summary>The same as points of a forecast; only those at which anything that was stated by an instant bends, so that nothing is told ahead of it.</summary>
    public Prediction.Quantiles Quantiles(ReadOnlySpan<double> reading, long instant)
    {
        var stated = new List<Quantile>();
        for (var i = 0; i < Count; i++)
        {
            if (_points[i].Since <= instant) stated.Add(new Quantile(reading[i], _x[i]));
        }

        // Where nothing lies below or above, only the point at which that ends says anything.
        var first = stated.FindLastIndex(q => q.Level <= 0);
        var last = stated.FindIndex(q => q.Level >= 1);
        if (first >= 0 && stated[first].Value <= _range.Min) first++;
        if (last >= 0 && stated[last].Value >= _range.Max) last--;
        if (last < 0) last = stated.Count - 1;
        return new Prediction.Quantiles([.. stated.Skip(Math.Max(first, 0)).Take(last - Math.Max(first, 0) + 1)]);
    }
}

/// <summary>A point at which cumulative functions are read.</summary>
/// <param name="X">Its place.</param>
/// <param name="Before">Whether they are read just below it: the first of the two readings where one steps.</param>
/// <param name="Since">The instant from which anything that was stated bends, steps or crosses there, in ticks.</param>
internal readonly record struct GridPoint(double X, bool Before, long Since);
