using Domain.Scoring.Rules;
using Domain.Statistics;

namespace Domain.Calibration;

/// <summary>A statement of probability whose outcome is known.</summary>
/// <param name="Forecast">The stated probability, in [0, 1].</param>
/// <param name="Weight">What it counts; all statements on one question together count 1.</param>
/// <param name="CameTrue">Whether what was stated came true.</param>
public readonly record struct Statement(double Forecast, double Weight, bool CameTrue);

/// <summary>A level part of the curve or a single forecast on it: of statements at <see cref="Forecast"/>, <see cref="Calibrated"/> came true.</summary>
public readonly record struct CurvePoint(double Forecast, double Calibrated, double Weight);

/// <summary>A mean score as miscalibration − discrimination + uncertainty.</summary>
/// <param name="Score">The mean score of the forecasts as stated.</param>
/// <param name="Mcb">What recalibrating them would save, 0 or more.</param>
/// <param name="Dsc">What the recalibrated ones save against the overall frequency, 0 or more.</param>
/// <param name="Unc">The score of the overall frequency.</param>
public readonly record struct Decomposition(double Score, double Mcb, double Dsc, double Unc);

/// <summary>
/// The CORP reliability curve: the non-decreasing recalibration that fits the outcomes best, by weighted pool-adjacent-violators on the
/// forecasts, and the decomposition of mean scores that goes with it. Dimitriadis, Gneiting &amp; Jordan (2021).
/// </summary>
public sealed class ReliabilityCurve
{
    private ReliabilityCurve(IReadOnlyList<CurvePoint> points, Decomposition brier, Decomposition log, double weight) =>
        (Points, Brier, Log, Weight) = (points, brier, log, weight);

    /// <summary>One point for each distinct forecast, by rising forecast; <c>Calibrated</c> never falls.</summary>
    public IReadOnlyList<CurvePoint> Points { get; }

    public Decomposition Brier { get; }

    /// <summary>Stated probabilities are clipped to [0.001, 0.999], as in the score itself; recalibrated ones need not be.</summary>
    public Decomposition Log { get; }

    public double Weight { get; }

    /// <summary>The curve through the statements, whose order does not matter. O(n log n).</summary>
    /// <exception cref="ArgumentException">There is no statement with a positive weight.</exception>
    public static ReliabilityCurve Through(IEnumerable<Statement> statements)
    {
        var ordered = statements.Where(s => s.Weight > 0).OrderBy(s => s.Forecast).ThenBy(s => s.CameTrue).ThenBy(s => s.Weight).ToList();
        if (ordered.Count == 0) throw new ArgumentException("There is nothing to draw a curve through.", nameof(statements));

        var groups = new List<(double Forecast, double Weight, double True)>();
        for (var i = 0; i < ordered.Count;)
        {
            var forecast = ordered[i].Forecast;
            CompensatedSum weight = default, cameTrue = default;
            for (; i < ordered.Count && ordered[i].Forecast == forecast; i++)
            {
                weight.Add(ordered[i].Weight);
                if (ordered[i].CameTrue) cameTrue.Add(ordered[i].Weight);
            }

            groups.Add((forecast, weight.Value, cameTrue.Value));
        }

        var calibrated = PoolAdjacentViolators(groups);
        var points = groups.Select((g, i) => new CurvePoint(g.Forecast, calibrated[i], g.Weight)).ToList();
        var total = CompensatedSum.Of(groups.Select(g => g.Weight));
        var frequency = CompensatedSum.Of(groups.Select(g => g.True)) / total;

        Decomposition Decompose(Func<double, double> statedLoss, Func<double, double> loss)
        {
            // A weight of zero is skipped: a recalibrated 0 or 1 is only ever held against what it got right, and 0·ln 0 is 0.
            double Mean(Func<int, double> forecast, Func<double, double> lossOf) => CompensatedSum.Of(groups.Select((g, i) =>
                (g.True > 0 ? g.True * lossOf(forecast(i)) : 0) + (g.Weight > g.True ? (g.Weight - g.True) * lossOf(1 - forecast(i)) : 0))) / total;
            var stated = Mean(i => groups[i].Forecast, statedLoss);
            var (recalibrated, constant) = (Mean(i => calibrated[i], loss), Mean(_ => frequency, loss));
            return new Decomposition(stated, stated - recalibrated, constant - recalibrated, constant);
        }

        return new ReliabilityCurve(
            points,
            Decompose(p => (1 - p) * (1 - p), p => (1 - p) * (1 - p)),
            Decompose(p => -Math.Log(CategoricalRules.Clip(p)), p => -Math.Log(p)),
            total);
    }

    private static double[] PoolAdjacentViolators(List<(double Forecast, double Weight, double True)> groups)
    {
        var blocks = new List<(double Weight, double True, int Count)>(groups.Count);
        foreach (var (_, weight, cameTrue) in groups)
        {
            var block = (Weight: weight, True: cameTrue, Count: 1);
            while (blocks.Count > 0 && blocks[^1].True * block.Weight >= block.True * blocks[^1].Weight)
            {
                var last = blocks[^1];
                blocks.RemoveAt(blocks.Count - 1);
                block = (last.Weight + block.Weight, last.True + block.True, last.Count + block.Count);
            }

            blocks.Add(block);
        }

        return [.. blocks.SelectMany(b => Enumerable.Repeat(b.True / b.Weight, b.Count))];
    }
}
