using Domain.Questions;
using Domain.Scoring.Rules;

namespace Domain.Consensus;

/// <summary>
/// The points of a numeric or date question's range at which a crowd's cumulative functions are read and combined; between them the consensus
/// is linear. As long as they are few, they are all points at which any of the functions bends, steps or crosses another, so that the
/// combination is exact; for large crowds the edges of the 200 bins.
/// </summary>
internal sealed class CurveGrid
{
    /// <summary>How many points are read at most before the bins' edges take their place.</summary>
    public const int MostPoints = 512;

    private readonly (double X, bool Before)[] _points;
    private readonly QuestionRange _range;

    private CurveGrid(QuestionRange range, (double X, bool Before)[] points) => (_range, _points) = (range, points);

    public int Count => _points.Length;

    /// <summary>The points, in rising order; one at which a function steps stands twice, first from the left.</summary>
    public double[] X => Array.ConvertAll(_points, p => p.X);

    public static CurveGrid Over(QuestionRange range, IReadOnlyList<StatedDistribution> curves)
    {
        var bends = new SortedSet<double> { range.Min, range.Max };
        foreach (var curve in curves)
        {
            foreach (var x in curve.Points) bends.Add(x);
            if (bends.Count > MostPoints) return Binned(range);
        }

        var steps = bends.Where(x => x > range.Min && curves.Any(c => c.StepsAt(x))).ToHashSet();
        var exact = new SortedSet<double>(bends);
        if (curves.Count <= MostPoints / 8 && !AddCrossings(exact, [.. bends], curves)) exact = bends;
        return new CurveGrid(range, [.. exact.SelectMany(x => steps.Contains(x) ? [(x, true), (x, false)] : new[] { (x, false) })]);
    }

    /// <summary>The cumulative probability that a curve gives at each point.</summary>
    public double[] Read(StatedDistribution curve) => Array.ConvertAll(_points, p => p.Before ? curve.Before(p.X) : curve.At(p.X));

    /// <summary>The distribution that has the given cumulative probabilities at the points.</summary>
    public StatedDistribution Curve(double[] x, double[] f)
    {
        // Means and medians of rising functions rise; rounding may not say otherwise.
        for (var i = 1; i < f.Length; i++) f[i] = Math.Max(f[i], f[i - 1]);
        return new StatedDistribution(_range, x, f);
    }

    private static bool AddCrossings(SortedSet<double> points, double[] bends, IReadOnlyList<StatedDistribution> curves)
    {
        var at = curves.Select(c => Array.ConvertAll(bends, c.At)).ToArray();
        var before = curves.Select(c => Array.ConvertAll(bends, c.Before)).ToArray();
        for (var a = 0; a < curves.Count; a++)
        {
            for (var b = 0; b < a; b++)
            {
                for (var i = 1; i < bends.Length; i++)
                {
                    var (left, right) = (at[a][i - 1] - at[b][i - 1], before[a][i] - before[b][i]);
                    if (!(left * right < 0)) continue;
                    points.Add(bends[i - 1] + ((bends[i] - bends[i - 1]) * left / (left - right)));
                    if (points.Count > MostPoints) return false;
                }
            }
        }

        return true;
    }

    private static CurveGrid Binned(QuestionRange range)
    {
        var width = (range.Max - range.Min) / StatedDistribution.Bins;
        return new CurveGrid(range, [.. Enumerable.Range(0, StatedDistribution.Bins + 1).Select(i => (i == StatedDistribution.Bins ? range.Max : range.Min + (i * width), false))]);
    }
}
