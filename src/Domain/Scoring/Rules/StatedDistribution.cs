using Domain.Forecasts;
using Domain.Questions;
using Domain.Statistics;

namespace Domain.Scoring.Rules;

/// <summary>
/// The cumulative distribution that a numeric or date forecast states, on the question's range: linear between its quantiles. Beyond the
/// outermost quantile it runs linearly to a closed end; at an open end half of what remains is spread up to the end and half lies beyond it.
/// </summary>
public sealed class StatedDistribution
{
    /// <summary>The number of equal bins in which <c>baseline</c> and <c>peer</c> take the outcome.</summary>
    public const int Bins = 200;

    /// <summary>The least probability that a bin is taken to have.</summary>
    public const double LeastBinProbability = 1e-5;

    private const double BeyondAnEnd = 0.05;

    private readonly QuestionRange _range;
    private readonly double[] _x;
    private readonly double[] _f;

    /// <param name="forecast">The quantiles; at least one.</param>
    /// <param name="range">The question's range; a quantile may lie beyond an open end.</param>
    public StatedDistribution(Prediction.Quantiles forecast, QuestionRange range)
    {
        _range = range;
        var points = forecast.Points;
        var (first, last) = (points[0], points[^1]);
        var (xs, fs) = (new List<double>(points.Length + 2), new List<double>(points.Length + 2));
        if (first.Value > range.Min) Knot(range.Min, range.OpenLower ? first.Level / 2 : 0);
        foreach (var (level, value) in points) Knot(value, level);
        if (last.Value < range.Max) Knot(range.Max, range.OpenUpper ? (1 + last.Level) / 2 : 1);
        (_x, _f) = CutTo(range, xs, fs);

        void Knot(double x, double f)
        {
            xs.Add(x);
            fs.Add(f);
        }
    }

    /// <param name="range">The question's range.</param>
    /// <param name="x">Points of the range in rising order, from its one end to its other; one that stands twice is a step.</param>
    /// <param name="f">The cumulative probability at each.</param>
    internal StatedDistribution(QuestionRange range, double[] x, double[] f) => (_range, _x, _f) = (range, x, f);

    /// <summary>The points between which the function is linear; where it steps, the point stands twice.</summary>
    internal ReadOnlySpan<double> Points => _x;

    /// <summary>Whether the function steps at a point.</summary>
    internal bool StepsAt(double x) => At(x) > Before(x);

    /// <summary>The probability of at most <paramref name="x"/>, a point of the range.</summary>
    public double At(double x)
    {
        var i = Array.BinarySearch(_x, x);
        if (i < 0) return Between(~i - 1, x);
        while (i + 1 < _x.Length && _x[i + 1] == x) i++;
        return _f[i];
    }

    /// <summary>The probability of less than <paramref name="x"/>, a point of the range; at its lower end, of less or equal.</summary>
    public double Before(double x)
    {
        var i = Array.BinarySearch(_x, x);
        if (i < 0) return Between(~i - 1, x);
        while (i > 0 && _x[i - 1] == x) i--;
        return _f[i];
    }

    /// <summary>The least point of the range at which the cumulative probability reaches <paramref name="level"/>; the upper end where none does.</summary>
    public double Quantile(double level)
    {
        for (var i = 0; i < _x.Length; i++)
        {
            if (_f[i] < level) continue;
            return i == 0 || _f[i] == _f[i - 1] ? _x[i] : _x[i - 1] + ((_x[i] - _x[i - 1]) * (level - _f[i - 1]) / (_f[i] - _f[i - 1]));
        }

        return _x[^1];
    }

    /// <summary>
    /// The continuous ranked probability score ∫(F(x) − 1{x ≥ y})²dx over the range, in the question's unit, 0 or more, lower is better. What
    /// lies beyond an end counts at the end. Matheson &amp; Winkler (1976); Gneiting &amp; Raftery (2007).
    /// </summary>
    public double Crps(double outcome)
    {
        var y = Math.Clamp(outcome, _range.Min, _range.Max);
        var sum = default(CompensatedSum);
        for (var i = 1; i < _x.Length; i++)
        {
            var (x0, f0, x1, f1) = (_x[i - 1], _f[i - 1], _x[i], _f[i]);
            if (x0 == x1) continue;
            if (y <= x0) sum.Add(SquareIntegral(x1 - x0, f0 - 1, f1 - 1));
            else if (y >= x1) sum.Add(SquareIntegral(x1 - x0, f0, f1));
            else
            {
                var fy = f0 + ((f1 - f0) * (y - x0) / (x1 - x0));
                sum.Add(SquareIntegral(y - x0, f0, fy));
                sum.Add(SquareIntegral(x1 - y, fy - 1, f1 - 1));
            }
        }

        return sum.Value;
    }

    /// <summary>
    /// The mean quantile loss over the stated quantiles, (y − q)·τ above and (q − y)·(1 − τ) below, in the question's unit, 0 or more, lower is
    /// better. Koenker &amp; Bassett (1978).
    /// </summary>
    public static double Pinball(Prediction.Quantiles forecast, double outcome)
    {
        var sum = default(CompensatedSum);
        foreach (var (level, value) in forecast.Points) sum.Add(QuantileLoss(level, value, outcome));
        return sum.Value / forecast.Points.Length;
    }

    /// <summary>The mean quantile loss of this distribution's own quantiles at the levels given.</summary>
    internal double Pinball(IReadOnlyList<double> levels, double outcome)
    {
        var sum = default(CompensatedSum);
        foreach (var level in levels) sum.Add(QuantileLoss(level, Quantile(level), outcome));
        return sum.Value / levels.Count;
    }

    /// <summary>The probability that the forecast gives to the outcome's bin, before any floor.</summary>
    public double BinProbability(double outcome)
    {
        if (outcome < _range.Min) return _f[0];
        if (outcome > _range.Max) return 1 - _f[^1];
        var bin = BinOf(outcome);
        var upper = bin == Bins - 1 ? (_range.OpenUpper ? _f[^1] : 1) : At(EdgeAbove(bin));
        var lower = bin == 0 ? (_range.OpenLower ? _f[0] : 0) : At(EdgeAbove(bin - 1));
        return upper - lower;
    }

    /// <summary>The probability that the baseline's reference gives to the outcome's bin: 0.05 beyond an open end, the rest spread evenly.</summary>
    public static double ReferenceProbability(QuestionRange range, double outcome)
    {
        if (outcome < range.Min || outcome > range.Max) return BeyondAnEnd;
        var openEnds = (range.OpenLower ? 1 : 0) + (range.OpenUpper ? 1 : 0);
        return (1 - (BeyondAnEnd * openEnds)) / Bins;
    }

    /// <summary>The part of a curve that lies on the range, with the ends as points of their own.</summary>
    private static (double[] X, double[] F) CutTo(QuestionRange range, List<double> xs, List<double> fs)
    {
        if (xs[0] == range.Min && xs[^1] == range.Max && xs[1] > range.Min) return ([.. xs], [.. fs]);
        var whole = new StatedDistribution(range, [.. xs], [.. fs]);
        var (x, f) = (new List<double> { range.Min }, new List<double> { whole.Before(range.Min) });
        if (whole.StepsAt(range.Min))
        {
            x.Add(range.Min);
            f.Add(whole.At(range.Min));
        }

        for (var i = 0; i < xs.Count; i++)
        {
            if (xs[i] <= range.Min || xs[i] >= range.Max) continue;
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

    /// <summary>The right-closed bin of an outcome within the range. Division alone would round some outcomes on an edge into the next bin.</summary>
    private int BinOf(double outcome)
    {
        var bin = Math.Clamp((int)Math.Ceiling((outcome - _range.Min) * Bins / (_range.Max - _range.Min)) - 1, 0, Bins - 1);
        if (bin > 0 && outcome <= EdgeAbove(bin - 1)) bin--;
        else if (bin < Bins - 1 && outcome > EdgeAbove(bin)) bin++;
        return bin;
    }

    private double EdgeAbove(int bin) => _range.Min + ((bin + 1) * (_range.Max - _range.Min) / Bins);

    private double Between(int below, double x)
    {
        if (below < 0) return _f[0];
        if (below + 1 >= _x.Length) return _f[^1];
        return _f[below] + ((_f[below + 1] - _f[below]) * (x - _x[below]) / (_x[below + 1] - _x[below]));
    }

    private static double QuantileLoss(double level, double value, double outcome) => outcome >= value ? (outcome - value) * level : (value - outcome) * (1 - level);

    private static double SquareIntegral(double length, double from, double to) => length * ((from * from) + (from * to) + (to * to)) / 3;
}
