using Domain.Forecasts;
using Domain.Questions;
using Domain.Statistics;

namespace Domain.Distributions;

/// <summary>
/// The cumulative distribution that a numeric or date forecast states, on the question's range: linear between its points. Equal levels are a flat
/// stretch, equal values a step, and levels 0 and 1 the ends of the support. Beyond the outermost point it runs linearly to a closed end; at an open end
/// half of what remains is spread up to the end and half lies beyond it.
/// </summary>
public sealed class StatedDistribution
{
    /// <summary>The least probability that a bin is taken to have.</summary>
    public const double LeastBinProbability = 1e-5;

    /// <summary>The rounding error that a combined probability may have.</summary>
    private const double Rounding = 1e-12;

    private readonly QuestionRange _range;
    private readonly double[] _x;
    private readonly double[] _f;

    /// <param name="forecast">Points of the function, at least one, with levels from 0 to 1; neither levels nor values ever fall.</param>
    /// <param name="range">The question's range; a point may lie beyond an open end.</param>
    public StatedDistribution(Prediction.Quantiles forecast, QuestionRange range)
    {
        _range = range;
        var points = forecast.Points;
        var (first, last) = (points[0], points[^1]);
        var (xs, fs) = (new List<double>(points.Length + 2), new List<double>(points.Length + 2));
        if (first.Value > range.Min)
            Knot(range.Min, range.OpenLower ? first.Level / 2 : 0);
        foreach (var (level, value) in points)
            Knot(value, level);
        if (last.Value < range.Max)
            Knot(range.Max, range.OpenUpper ? (1 + last.Level) / 2 : 1);
        (_x, _f) = CutTo(range, xs, fs);

        void Knot(double x, double f)
        {
            xs.Add(x);
            fs.Add(f);
        }
    }

    /// <param name="range">The question's range.</param>
    /// <param name="x">Points of the range in rising order, from its one end to its other; one that stands more than once is a step.</param>
    /// <param name="f">The cumulative probability at each.</param>
    internal StatedDistribution(QuestionRange range, double[] x, double[] f) => (_range, _x, _f) = (range, x, f);

    /// <summary>The question's range.</summary>
    internal QuestionRange Range => _range;

    /// <summary>The points between which the function is linear; where it steps, the point stands more than once.</summary>
    internal ReadOnlySpan<double> Points => _x;

    /// <summary>The cumulative probability at each of <see cref="Points"/>.</summary>
    internal ReadOnlySpan<double> Levels => _f;

    /// <summary>Whether the function steps at a point.</summary>
    internal bool StepsAt(double x) => At(x) > Before(x);

    /// <summary>The probability of at most <paramref name="x"/>, a point of the range; a step at the same decimal counts.</summary>
    public double At(double x)
    {
        var i = Array.BinarySearch(_x, x);
        if (i < 0)
            i = ~i;
        while (i < _x.Length && Decimals.AreEqual(_x[i], x))
            i++;
        return i > 0 && Decimals.AreEqual(_x[i - 1], x) ? _f[i - 1] : Between(i - 1, x);
    }

    /// <summary>
    /// The probability of less than <paramref name="x"/>, a point of the range, where no step at the same decimal counts; at the range's lower end, what
    /// lies below it.
    /// </summary>
    public double Before(double x)
    {
        var i = Array.BinarySearch(_x, x);
        if (i < 0)
            i = ~i;
        while (i > 0 && Decimals.AreEqual(_x[i - 1], x))
            i--;
        return i < _x.Length && Decimals.AreEqual(_x[i], x) ? _f[i] : Between(i - 1, x);
    }

    /// <summary>
    /// The least point of the range at which the cumulative probability reaches <paramref name="level"/>; the upper end where none does. The comparison
    /// allows for rounding, so that rounding does not decide which end of a flat interval is taken.
    /// </summary>
    public double Quantile(double level)
    {
        var i = 0;
        return Quantile(level, ref i);
    }

    /// <summary>The quantile of one of several levels that rise.</summary>
    /// <param name="level">The level.</param>
    /// <param name="reached">The point at which the search for this level begins: 0 for the first level, then what the level before it left.</param>
    internal double Quantile(double level, ref int reached)
    {
        while (reached < _x.Length && _f[reached] < level - Rounding)
            reached++;
        return Reaching(reached, level);
    }

    /// <summary>Whether a level lies strictly between 0 and 1.</summary>
    internal static bool IsQuantile(double level) => level > 0 && level < 1 && !Decimals.AreEqual(level, 1);

    /// <summary>The probability that the forecast gives to a bin, before any floor.</summary>
    public double Probability(OutcomeBin bin)
    {
        if (bin.Index < 0)
            return _f[0];
        if (bin.Index >= OutcomeBins.Count)
            return 1 - _f[^1];
        var upper = bin.Index == OutcomeBins.Count - 1 ? (_range.OpenUpper ? _f[^1] : 1) : At(bin.Upper);
        var lower = bin.Index == 0 ? (_range.OpenLower ? _f[0] : 0) : At(bin.Lower);
        return upper - lower;
    }

    /// <summary>The part of a curve that lies on the range, with the ends as points of their own.</summary>
    private static (double[] X, double[] F) CutTo(QuestionRange range, List<double> xs, List<double> fs)
    {
        if (xs[0] == range.Min && xs[^1] == range.Max && xs[1] > range.Min)
            return ([.. xs], [.. fs]);
        var whole = new StatedDistribution(range, [.. xs], [.. fs]);
        var (x, f) = (new List<double> { range.Min }, new List<double> { whole.Before(range.Min) });
        if (whole.StepsAt(range.Min))
        {
            x.Add(range.Min);
            f.Add(whole.At(range.Min));
        }

        for (var i = 0; i < xs.Count; i++)
        {
            if (xs[i] <= range.Min || xs[i] >= range.Max)
                continue;
            x.Add(xs[i]);
            f.Add(fs[i]);
        }

        x.Add(range.Max);
        f.Add(whole.Before(range.Max));
        if (whole.StepsAt(range.Max))
        {
            x.Add(range.Max);
            f.Add(whole.At(range.Max));
        }

        return ([.. x], [.. f]);
    }

    /// <summary>Where a level is reached, given the first point at which it is.</summary>
    private double Reaching(int i, double level)
    {
        if (i == _x.Length)
            return _x[^1];
        return i == 0 || _f[i] <= level ? _x[i] : _x[i - 1] + ((_x[i] - _x[i - 1]) * (level - _f[i - 1]) / (_f[i] - _f[i - 1]));
    }

    private double Between(int below, double x)
    {
        if (below < 0)
            return _f[0];
        if (below + 1 >= _x.Length)
            return _f[^1];
        return _f[below] + ((_f[below + 1] - _f[below]) * (x - _x[below]) / (_x[below + 1] - _x[below]));
    }
}
