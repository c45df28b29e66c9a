using Domain.Forecasts;
using Domain.Questions;

namespace Domain.Tests.Scoring.Plain;

/// <summary>A cumulative distribution function on a range as straight pieces, for <see cref="PlainScoring"/>.</summary>
internal sealed record PlainCurve(QuestionRange Range, double BeforeMin, IReadOnlyList<(double X0, double F0, double X1, double F1)> Pieces, double AtMax)
{
    /// <summary>The function through the quantiles, linear between them; beyond the outermost to a closed end, at an open end half of what remains.</summary>
    public static PlainCurve Of(Prediction.Quantiles forecast, QuestionRange range)
    {
        var knots = forecast.Points.Select(q => (X: q.Value, F: q.Level)).ToList();
        if (knots[0].X > range.Min)
            knots.Insert(0, (range.Min, range.OpenLower ? knots[0].F / 2 : 0));
        if (knots[^1].X < range.Max)
            knots.Add((range.Max, range.OpenUpper ? 1 - ((1 - knots[^1].F) / 2) : 1));
        double From(double x)
        {
            var i = knots.FindLastIndex(k => k.X <= x);
            return i == knots.Count - 1 ? knots[i].F : Between(knots[i], knots[i + 1], x);
        }

        double Upto(double x)
        {
            var i = knots.FindIndex(k => k.X >= x);
            return i < 0 ? knots[^1].F
                : i == 0 || knots[i].X == x ? knots[i].F
                : Between(knots[i - 1], knots[i], x);
        }

        var bends = knots.Select(k => k.X).Where(x => x > range.Min && x < range.Max).Append(range.Min).Append(range.Max).Distinct().Order().ToList();
        return new PlainCurve(range, Upto(range.Min), [.. bends.Zip(bends.Skip(1), (a, b) => (a, From(a), b, Upto(b)))], From(range.Max));
    }

    /// <summary>What a way of combining numbers makes of several curves, point by point: straight between all their bends and crossings.</summary>
    public static PlainCurve Combined(IReadOnlyList<PlainCurve> curves, Func<double[], double> combine)
    {
        var bends = curves.SelectMany(c => c.Pieces).SelectMany(p => new[] { p.X0, p.X1 }).Distinct().Order().ToList();
        var all = new SortedSet<double>(bends);
        for (var i = 1; i < bends.Count; i++)
        {
            foreach (var a in curves)
            {
                foreach (var b in curves)
                {
                    var (left, right) = (a.From(bends[i - 1]) - b.From(bends[i - 1]), a.Upto(bends[i]) - b.Upto(bends[i]));
                    if (left * right < 0)
                        all.Add(bends[i - 1] + ((bends[i] - bends[i - 1]) * left / (left - right)));
                }
            }
        }

        var points = all.ToList();
        return new PlainCurve(
            curves[0].Range,
            combine([.. curves.Select(c => c.BeforeMin)]),
            [.. points.Zip(points.Skip(1), (a, b) => (a, combine([.. curves.Select(c => c.From(a))]), b, combine([.. curves.Select(c => c.Upto(b))])))],
            combine([.. curves.Select(c => c.AtMax)])
        );
    }

    /// <summary>The probability of at most x.</summary>
    public double From(double x)
    {
        foreach (var p in Pieces)
        {
            if (p.X0 <= x && x < p.X1)
                return Between((p.X0, p.F0), (p.X1, p.F1), x);
        }

        return AtMax;
    }

    /// <summary>The probability of less than x.</summary>
    public double Upto(double x)
    {
        foreach (var p in Pieces)
        {
            if (p.X0 < x && x <= p.X1)
                return Between((p.X0, p.F0), (p.X1, p.F1), x);
        }

        return BeforeMin;
    }

    /// <summary>∫(F − 1{x ≥ y})² over the range, piece by piece with Simpson's rule, which is exact for squares of straight lines.</summary>
    public double Crps(double outcome)
    {
        var y = Math.Min(Math.Max(outcome, Range.Min), Range.Max);
        double sum = 0;
        foreach (var (x0, f0, x1, f1) in Pieces)
        {
            if (y <= x0)
                sum += Square(x1 - x0, 1 - f0, 1 - f1);
            else if (y >= x1)
                sum += Square(x1 - x0, f0, f1);
            else
            {
                var at = Between((x0, f0), (x1, f1), y);
                sum += Square(y - x0, f0, at) + Square(x1 - y, 1 - at, 1 - f1);
            }
        }

        return sum;
    }

    /// <summary>200 equal right-closed bins, the first closed at both ends, and one beyond each open end; their edges in decimal arithmetic.</summary>
    public double BinOf(double outcome)
    {
        if (outcome < Range.Min)
            return BeforeMin;
        if (outcome > Range.Max)
            return 1 - AtMax;
        var (min, width) = ((decimal)Range.Min, ((decimal)Range.Max - (decimal)Range.Min) / 200);
        var bin = 0;
        while (bin < 199 && (decimal)outcome > min + ((bin + 1) * width))
            bin++;
        var below =
            bin > 0 ? FromDecimal(min + (bin * width))
            : Range.OpenLower ? BeforeMin
            : 0;
        var upto =
            bin < 199 ? FromDecimal(min + ((bin + 1) * width))
            : Range.OpenUpper ? AtMax
            : 1;
        return upto - below;
    }

    /// <summary>The probability of at most x, where a step at the decimal x counts.</summary>
    private double FromDecimal(decimal x)
    {
        foreach (var p in Pieces)
        {
            if ((decimal)p.X0 == x)
                return p.F0;
        }

        return From((double)x);
    }

    /// <summary>The least x at which the function reaches a level; the range's end where it does not.</summary>
    public double Quantile(double level)
    {
        // On a flat stretch at the level the last digit decides between its ends; it means nothing where functions were combined.
        var reached = level - 1e-12;
        if (BeforeMin >= reached)
            return Range.Min;
        foreach (var p in Pieces)
        {
            if (p.F0 >= reached)
                return p.X0;
            if (p.F1 >= reached)
                return p.F1 <= level ? p.X1 : p.X0 + ((p.X1 - p.X0) * (level - p.F0) / (p.F1 - p.F0));
        }

        return Range.Max;
    }

    private static double Between((double X, double F) a, (double X, double F) b, double x) => a.F + ((b.F - a.F) * (x - a.X) / (b.X - a.X));

    private static double Square(double length, double a, double b)
    {
        var middle = (a + b) / 2;
        return length / 6 * ((a * a) + (4 * middle * middle) + (b * b));
    }
}
