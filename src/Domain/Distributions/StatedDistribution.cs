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
    private double[] _x;
    private double[] _f;
    private int _count;

    /// <param name="forecast">Points of the function, at least one, with levels from 0 to 1; neither levels nor values ever fall.</param>
    /// <param name="range">The question's range; a point may lie beyond an open end.</param>
    public StatedDistribution(Prediction.Quantiles forecast, QuestionRange range)
        : this(range, forecast.Points.Length + 2) => State(forecast);

    /// <summary>A function that is still to be stated, of one forecast after the other.</summary>
    /// <param name="range">The question's range.</param>
    /// <param name="points">For how many points there is room from the start.</param>
    internal StatedDistribution(QuestionRange range, int points) => (_range, _x, _f) = (range, new double[points], new double[points]);

    /// <param name="range">The question's range.</param>
    /// <param name="x">Points of the range in rising order, from its one end to its other; one that stands more than once is a step.</param>
    /// <param name="f">The cumulative probability at each.</param>
    internal StatedDistribution(QuestionRange range, double[] x, double[] f) => (_range, _x, _f, _count) = (range, x, f, x.Length);

    /// <summary>The question's range.</summary>
    internal QuestionRange Range => _range;

    /// <summary>The points between which the function is linear; where it steps, the point stands more than once.</summary>
    internal ReadOnlySpan<double> Points => _x.AsSpan(0, _count);

    /// <summary>The cumulative probability at each of <see cref="Points"/>.</summary>
    internal ReadOnlySpan<double> Levels => _f.AsSpan(0, _count);

    /// <summary>Takes the place of whatever was stated before: a distribution that nobody else holds serves one forecast after the other.</summary>
    internal void State(Prediction.Quantiles forecast)
    {
        var points = forecast.Points.AsSpan();
        if (_x.Length < points.Length + 2)
            (_x, _f) = (new double[points.Length + 2], new double[points.Length + 2]);
        _count = 0;
        var (first, last) = (points[0], points[^1]);
        if (first.Value > _range.Min)
            Add(_range.Min, _range.OpenLower ? first.Level / 2 : 0);
        foreach (var (level, value) in points)
            Add(value, level);
        if (last.Value < _range.Max)
            Add(_range.Max, _range.OpenUpper ? (1 + last.Level) / 2 : 1);
        if (_x[0] != _range.Min || _x[_count - 1] != _range.Max || !(_x[1] > _range.Min))
            CutToRange();
    }

    /// <summary>Makes room for a function of as many points, to be written into what it gives.</summary>
    /// <param name="points">How many points it has, in rising order, from one end of the range to the other; one that stands more than once is a step.</param>
    /// <param name="x">The points.</param>
    /// <param name="f">The cumulative probability at each.</param>
    internal void State(int points, out Span<double> x, out Span<double> f)
    {
        if (_x.Length < points)
            (_x, _f) = (new double[points], new double[points]);
        _count = points;
        x = _x.AsSpan(0, points);
        f = _f.AsSpan(0, points);
    }

    /// <summary>Whether the function steps at a point.</summary>
    internal bool StepsAt(double x) => At(x) > Before(x);

    /// <summary>The probability of at most <paramref name="x"/>, a point of the range; a step at the same decimal counts.</summary>
    public double At(double x) => At(Points, Levels, x);

    /// <summary>
    /// The probability of less than <paramref name="x"/>, a point of the range, where no step at the same decimal counts; at the range's lower end, what
    /// lies below it.
    /// </summary>
    public double Before(double x) => Before(Points, Levels, x);

    /// <summary><see cref="At(double)"/> of the function through the points given.</summary>
    internal static double At(ReadOnlySpan<double> xs, ReadOnlySpan<double> fs, double x)
    {
        var i = xs.BinarySearch(x);
        if (i < 0)
            i = ~i;
        while (i < xs.Length && Decimals.AreEqual(xs[i], x))
            i++;
        return i > 0 && Decimals.AreEqual(xs[i - 1], x) ? fs[i - 1] : Between(xs, fs, i - 1, x);
    }

    /// <summary><see cref="Before(double)"/> of the function through the points given.</summary>
    internal static double Before(ReadOnlySpan<double> xs, ReadOnlySpan<double> fs, double x)
    {
        var i = xs.BinarySearch(x);
        if (i < 0)
            i = ~i;
        while (i > 0 && Decimals.AreEqual(xs[i - 1], x))
            i--;
        return i < xs.Length && Decimals.AreEqual(xs[i], x) ? fs[i] : Between(xs, fs, i - 1, x);
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
        while (reached < _count && _f[reached] < level - Rounding)
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
            return 1 - _f[_count - 1];
        var upper = bin.Index == OutcomeBins.Count - 1 ? (_range.OpenUpper ? _f[_count - 1] : 1) : At(bin.Upper);
        var lower = bin.Index == 0 ? (_range.OpenLower ? _f[0] : 0) : At(bin.Lower);
        return upper - lower;
    }

    private void Add(double x, double f) => (_x[_count], _f[_count++]) = (x, f);

    /// <summary>Keeps the part that lies on the range, with the ends as points of their own.</summary>
    private void CutToRange()
    {
        var whole = new StatedDistribution(_range, _x[.._count], _f[.._count]);
        var (xs, fs, count) = (whole._x, whole._f, whole._count);
        // A step at an end is two points there.
        if (_x.Length < count + 4)
            (_x, _f) = (new double[count + 4], new double[count + 4]);
        _count = 0;
        AddEnd(_range.Min);
        for (var i = 0; i < count; i++)
        {
            if (xs[i] > _range.Min && xs[i] < _range.Max)
                Add(xs[i], fs[i]);
        }

        AddEnd(_range.Max);

        void AddEnd(double end)
        {
            Add(end, whole.Before(end));
            if (whole.StepsAt(end))
                Add(end, whole.At(end));
        }
    }

    /// <summary>Where a level is reached, given the first point at which it is.</summary>
    private double Reaching(int i, double level)
    {
        if (i == _count)
            return _x[_count - 1];
        return i == 0 || _f[i] <= level ? _x[i] : _x[i - 1] + ((_x[i] - _x[i - 1]) * (level - _f[i - 1]) / (_f[i] - _f[i - 1]));
    }

    private static double Between(ReadOnlySpan<double> xs, ReadOnlySpan<double> fs, int below, double x)
    {
        if (below < 0)
            return fs[0];
        if (below + 1 >= xs.Length)
            return fs[^1];
        return fs[below] + ((fs[below + 1] - fs[below]) * (x - xs[below]) / (xs[below + 1] - xs[below]));
    }
}
