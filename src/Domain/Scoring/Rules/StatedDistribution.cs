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
    private readonly List<(double X, double F)> _knots = [];

    public StatedDistribution(Prediction.Quantiles forecast, QuestionRange range)
    {
        _range = range;
        var points = forecast.Points;
        _knots.Add((range.Min, AtLowerEnd(points, range)));
        foreach (var q in points)
        {
            if (q.Value > range.Min && q.Value < range.Max) _knots.Add((q.Value, q.Level));
        }

        _knots.Add((range.Max, AtUpperEnd(points, range)));
    }

    /// <summary>
    /// The continuous ranked probability score ∫(F(x) − 1{x ≥ y})²dx over the range, in the question's unit, 0 or more, lower is better. What
    /// lies beyond an end counts at the end. Matheson &amp; Winkler (1976); Gneiting &amp; Raftery (2007).
    /// </summary>
    public double Crps(double outcome)
    {
        var y = Math.Clamp(outcome, _range.Min, _range.Max);
        var sum = default(CompensatedSum);
        for (var i = 1; i < _knots.Count; i++)
        {
            var ((x0, f0), (x1, f1)) = (_knots[i - 1], _knots[i]);
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
        foreach (var (level, value) in forecast.Points) sum.Add(outcome >= value ? (outcome - value) * level : (value - outcome) * (1 - level));
        return sum.Value / forecast.Points.Length;
    }

    /// <summary>The probability that the forecast gives to the outcome's bin, before any floor.</summary>
    public double BinProbability(double outcome)
    {
        if (outcome < _range.Min) return _knots[0].F;
        if (outcome > _range.Max) return 1 - _knots[^1].F;
        var width = (_range.Max - _range.Min) / Bins;
        var bin = Math.Clamp((int)Math.Ceiling((outcome - _range.Min) / width) - 1, 0, Bins - 1);
        var upper = bin == Bins - 1 ? (_range.OpenUpper ? _knots[^1].F : 1) : At(_range.Min + ((bin + 1) * width));
        var lower = bin == 0 ? (_range.OpenLower ? _knots[0].F : 0) : At(_range.Min + (bin * width));
        return upper - lower;
    }

    /// <summary>The probability that the baseline's reference gives to the outcome's bin: 0.05 beyond an open end, the rest spread evenly.</summary>
    public static double ReferenceProbability(QuestionRange range, double outcome)
    {
        if (outcome < range.Min || outcome > range.Max) return BeyondAnEnd;
        var openEnds = (range.OpenLower ? 1 : 0) + (range.OpenUpper ? 1 : 0);
        return (1 - (BeyondAnEnd * openEnds)) / Bins;
    }

    private double At(double x)
    {
        for (var i = _knots.Count - 1; i > 0; i--)
        {
            var ((x0, f0), (x1, f1)) = (_knots[i - 1], _knots[i]);
            if (x >= x1) return f1;
            if (x >= x0) return f0 + ((f1 - f0) * (x - x0) / (x1 - x0));
        }

        return _knots[0].F;
    }

    private static double SquareIntegral(double length, double from, double to) => length * ((from * from) + (from * to) + (to * to)) / 3;

    private static double AtLowerEnd(IReadOnlyList<Quantile> points, QuestionRange range)
    {
        if (points[0].Value > range.Min) return range.OpenLower ? points[0].Level / 2 : 0;
        var last = points.Where(q => q.Value <= range.Min).Last();
        var next = points.FirstOrDefault(q => q.Value > range.Min);
        return next.Level == 0 || last.Value == range.Min
            ? last.Level
            : last.Level + ((next.Level - last.Level) * (range.Min - last.Value) / (next.Value - last.Value));
    }

    private static double AtUpperEnd(IReadOnlyList<Quantile> points, QuestionRange range)
    {
        var outermost = points[^1];
        if (outermost.Value < range.Max) return range.OpenUpper ? (1 + outermost.Level) / 2 : 1;
        var first = points.First(q => q.Value >= range.Max);
        var before = points.LastOrDefault(q => q.Value < range.Max);
        if (first.Value == range.Max || before.Level == 0) return first.Level;
        return before.Level + ((first.Level - before.Level) * (range.Max - before.Value) / (first.Value - before.Value));
    }
}
