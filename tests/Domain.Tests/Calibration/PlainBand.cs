using Domain.Calibration;
using Domain.Statistics;

namespace Domain.Tests.Calibration;

/// <summary>A consistency band by its definition: one draw after the other, one statement after the other.</summary>
internal static class PlainBand
{
    /// <summary>The curve of each draw at each different forecast, rising, and the miscalibration of each draw.</summary>
    public static (double[][] Fits, double[] Miscalibrations) Draw(CalibrationSample sample, double[] starts, int draws, ulong seed)
    {
        var order = Enumerable.Range(0, sample.Count).OrderBy(i => At(sample, i)).ThenBy(i => i).ToArray();
        var groups = order.GroupBy(i => At(sample, i)).Select(g => g.ToArray()).ToArray();
        var weights = Array.ConvertAll(groups, g => CompensatedSum.Of(g.Select(i => WeightOf(sample, i))));
        var (fits, miscalibrations) = (new double[draws][], new double[draws]);
        for (var draw = 0; draw < draws; draw++)
        {
            var stream = CounterRandom.Stream(seed, draw);
            var sums = new double[groups.Length];
            foreach (var (group, statements) in groups.Index())
            {
                foreach (var i in statements)
                {
                    var u = CounterRandom.Uniform(stream, sample.Questions[i]);
                    if (u >= starts[i] && u < starts[i] + sample.Forecasts[i])
                        sums[group] += sample.Weights[i];
                }
            }

            (fits[draw], miscalibrations[draw]) = Fit(Array.ConvertAll(groups, g => At(sample, g[0])), sums, weights);
        }

        return (fits, miscalibrations);
    }

    private static double At(CalibrationSample sample, int i) => sample.Forecasts[i] + 0.0;

    private static double WeightOf(CalibrationSample sample, int i) => sample.Weights[i];

    private static (double[] Fits, double Miscalibration) Fit(double[] forecasts, double[] sums, double[] weights)
    {
        var blocks = new Stack<(double Sum, double Weight, int Count)>();
        for (var i = 0; i < sums.Length; i++)
        {
            var block = (Sum: sums[i], Weight: weights[i], Count: 1);
            while (blocks.TryPeek(out var top) && top.Sum * block.Weight >= block.Sum * top.Weight)
            {
                blocks.Pop();
                block = (block.Sum + top.Sum, block.Weight + top.Weight, block.Count + top.Count);
            }

            blocks.Push(block);
        }

        var rising = blocks.Reverse().ToArray();
        double squares = 0,
            cross = 0,
            recalibrated = 0;
        squares = CompensatedSum.Of(forecasts.Select((x, i) => weights[i] * x * x));
        for (var i = 0; i < sums.Length; i++)
            cross += forecasts[i] * sums[i];
        foreach (var (sum, weight, _) in rising)
            recalibrated += sum / weight * sum;
        var fits = rising.SelectMany(b => Enumerable.Repeat(Math.Min(1, b.Sum / b.Weight), b.Count)).ToArray();
        return (fits, (squares - (2 * cross) + recalibrated) / CompensatedSum.Of(weights));
    }
}
