using Domain.Forecasts;
using Domain.People;
using Domain.Scoring.Rules;
using Domain.Statistics;

namespace Domain.Consensus;

/// <summary>A forecast that stands, and how long it has stood.</summary>
/// <param name="Age">The share of the question's scheduled lifetime since it was made, 0 or more.</param>
/// <param name="Skill">Σ peer/(30 + Σ coverage) of the forecaster over questions resolved before, at least 10⁻⁶.</param>
public readonly record struct StandingMember(Prediction Prediction, double Age, double Skill);

/// <summary>What the crowd of persons and bots says at an instant, by each method.</summary>
public static class Crowd
{
    /// <summary>Methods for options; of these <c>median</c> is also defined here for distributions.</summary>
    public static IReadOnlyList<string> Methods { get; } =
        ["median", "mean", "geometric-mean-of-odds", "extremized", "recency-weighted", "skill-weighted"];

    /// <summary>Whether forecasts of this kind make up the crowd: persons and bots alone.</summary>
    public static bool Counts(ForecasterKind kind) => kind is ForecasterKind.Person or ForecasterKind.Bot;

    /// <summary>The consensus of the standing forecasts, oldest first; null where nobody stands or the method does not apply.</summary>
    public static Prediction? Of(string method, IReadOnlyList<StandingMember> oldestFirst)
    {
        if (oldestFirst.Count == 0) return null;
        if (oldestFirst[0].Prediction is Prediction.Quantiles) return method == "median" ? MedianDistribution(oldestFirst) : null;
        var k = ((Prediction.Categorical)oldestFirst[0].Prediction).Probabilities.Length;
        var weights = Weights(method, oldestFirst);
        var combined = new double[k];
        for (var option = 0; option < k; option++)
        {
            var values = oldestFirst.Select(m => ((Prediction.Categorical)m.Prediction).Probabilities[option]).ToArray();
            combined[option] = method switch
            {
                "median" or "recency-weighted" => WeightedMedian(values, weights),
                "geometric-mean-of-odds" => Odds(values, 1),
                "extremized" => Odds(values, ExtremizingFactor(values.Length)),
                _ => WeightedMean(values, weights),
            };
        }

        var sum = CompensatedSum.Of(combined);
        if (k == 2) return Prediction.Categorical.Binary(sum > 0 ? combined[0] / sum : 0.5);
        return new Prediction.Categorical([.. combined.Select(p => sum > 0 ? p / sum : 1.0 / k)]);
    }

    /// <summary>a = n(√(3n² − 3n + 1) − 2)/(n² − n − 1), and 1 for n = 1. Neyman &amp; Roughgarden (2022).</summary>
    public static double ExtremizingFactor(int n) =>
        n == 1 ? 1 : n * (Math.Sqrt((3.0 * n * n) - (3.0 * n) + 1) - 2) / (((double)n * n) - n - 1);

    private static double[] Weights(string method, IReadOnlyList<StandingMember> members)
    {
        var n = members.Count;
        return method switch
        {
            "recency-weighted" when n > 2 => [.. Enumerable.Range(1, n).Select(i => Math.Exp(Math.Sqrt(i) - Math.Sqrt(n)))],
            "skill-weighted" => [.. members.Select(m => Math.Pow(Math.Exp(-m.Age / 2) * Math.Sqrt(m.Skill), 6))],
            _ => [.. Enumerable.Repeat(1.0, n)],
        };
    }

    private static double Odds(double[] values, double factor)
    {
        Array.Sort(values);
        var mean = CompensatedSum.Of(values.Select(p => Math.Log(CategoricalRules.Clip(p)) - Math.Log(1 - CategoricalRules.Clip(p)))) / values.Length;
        return 1 / (1 + Math.Exp(-factor * mean));
    }

    private static double WeightedMean(double[] values, double[] weights)
    {
        var total = CompensatedSum.Of(weights);
        return total > 0 ? CompensatedSum.Of(values.Zip(weights, (v, w) => v * w)) / total : CompensatedSum.Of(values) / values.Length;
    }

    /// <summary>The value at half the weight; the midpoint of the two neighbours where the weight below is exactly half.</summary>
    private static double WeightedMedian(double[] values, double[] weights)
    {
        var order = Enumerable.Range(0, values.Length).OrderBy(i => values[i]).ThenBy(i => weights[i]).ToArray();
        var half = CompensatedSum.Of(order.Select(i => weights[i])) / 2;
        var below = default(CompensatedSum);
        for (var i = 0; i < order.Length; i++)
        {
            below.Add(weights[order[i]]);
            if (below.Value > half) return values[order[i]];
            if (below.Value == half && i + 1 < order.Length) return (values[order[i]] + values[order[i + 1]]) / 2;
        }

        return values[order[^1]];
    }

    private static Prediction.Quantiles MedianDistribution(IReadOnlyList<StandingMember> members)
    {
        var forecasts = members.Select(m => (Prediction.Quantiles)m.Prediction).ToList();
        var levels = forecasts.SelectMany(f => f.Points).Select(q => q.Level).Distinct().Order();
        return new Prediction.Quantiles(
            [.. levels.Select(level => new Quantile(level, WeightedMedian([.. forecasts.Select(f => ValueAt(f, level))], [.. forecasts.Select(_ => 1.0)])))]);
    }

    private static double ValueAt(Prediction.Quantiles forecast, double level)
    {
        var points = forecast.Points;
        if (level <= points[0].Level) return points[0].Value;
        for (var i = 1; i < points.Length; i++)
        {
            if (level > points[i].Level) continue;
            var (below, above) = (points[i - 1], points[i]);
            return below.Value + ((above.Value - below.Value) * (level - below.Level) / (above.Level - below.Level));
        }

        return points[^1].Value;
    }
}
