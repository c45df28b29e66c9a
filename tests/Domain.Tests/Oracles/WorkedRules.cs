using System.Text.Json;
using Domain.Distributions;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Scoring.Rules;
using Domain.Statistics;
using Domain.Tests.Scoring;

namespace Domain.Tests.Oracles;

/// <summary>Rules for one forecast against worked numbers, a test a case.</summary>
public sealed class WorkedRules
{
    public static TheoryData<string> Brier => Cases.Named("binary_brier");

    public static TheoryData<string> BrierOverOptions => Cases.Named("multicategory_brier");

    public static TheoryData<string> OrderedBrier => Cases.Named("ordered_brier");

    public static TheoryData<string> Log => Cases.Named("log_score");

    public static TheoryData<string> Spherical => Cases.Named("spherical_score");

    public static TheoryData<string> Crps => Cases.Named("crps");

    public static TheoryData<string> Pinball => Cases.Named("quantile_score");

    public static TheoryData<string> Intervals => Cases.Named("interval_score");

    public static TheoryData<string> WeightedIntervals => Cases.Named("wis");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Brier))]
    public void Brier_scores_of_binary_questions_agree(string name)
    {
        var (inputs, expected, tolerance) = Cases.Read(name);
        var pairs = Binary(inputs);
        var brier = pairs.Select(x => BrierScore.Of([x.P, 1 - x.P], x.Yes ? 0 : 1)).ToArray();
        var gjp = pairs.Select(x => BrierGjpScore.Of([x.P, 1 - x.P], x.Yes ? 0 : 1)).ToArray();

        var agreed =
            Cases.AgreeIfGiven(name, expected, "mean_0_1", () => brier.Average(), tolerance)
            | Cases.AgreeIfGiven(name, expected, "mean_0_2", () => gjp.Average(), tolerance)
            | Cases.AgreeIfGiven(name, expected, "per_forecast_0_1", brier, tolerance)
            | Cases.AgreeIfGiven(name, expected, "per_forecast_0_2", gjp, tolerance)
            | Cases.AgreeIfGiven(name, expected, "quadratic_reward", () => 1 - gjp.Average(), tolerance)
            | Cases.AgreeIfGiven(
                name,
                expected,
                "weighted_mean_0_1",
                () => brier.Zip(inputs.GetProperty("weights").Doubles(), (b, w) => b * w).Sum() / inputs.GetProperty("weights").Doubles().Sum(),
                tolerance
            );

        Assert.True(agreed, $"{name} expects nothing that is known here.");
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(BrierOverOptions))]
    public void Brier_scores_over_options_agree(string name)
    {
        var (inputs, expected, tolerance) = Cases.Read(name);
        var (p, o) = (inputs.GetProperty("forecast").Doubles(), inputs.GetProperty("outcome_index").GetInt32());

        var agreed =
            Cases.AgreeIfGiven(name, expected, "sum_0_2", () => BrierGjpScore.Of(p, o), tolerance)
            | Cases.AgreeIfGiven(name, expected, "half_0_1", () => BrierScore.Of(p, o), tolerance);

        Assert.True(agreed, $"{name} expects nothing that is known here.");
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(OrderedBrier))]
    public void Ordered_brier_scores_agree(string name)
    {
        var (inputs, expected, tolerance) = Cases.Read(name);
        var p = inputs.GetProperty("forecast").Doubles();
        var ordered = OrderedBrierScore.Of(p, inputs.GetProperty("outcome_index").GetInt32());

        var agreed =
            Cases.AgreeIfGiven(name, expected, "gjp_0_2", () => ordered, tolerance)
            | Cases.AgreeIfGiven(name, expected, "half_0_1", () => ordered / 2, tolerance)
            | Cases.AgreeIfGiven(name, expected, "rps_sum", () => ordered / 2 * (p.Length - 1), tolerance);

        Assert.True(agreed, $"{name} expects nothing that is known here.");
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Log))]
    public void Logarithmic_scores_agree(string name)
    {
        var (inputs, expected, tolerance) = Cases.Read(name);
        var forecasts = inputs.TryGetProperty("forecast_matrix", out var matrix)
            ? matrix
                .EnumerateArray()
                .Zip(inputs.GetProperty("outcome_indices").EnumerateArray())
                .Select(x => (P: x.First.Doubles(), O: x.Second.GetInt32()))
                .ToArray()
            : [.. Binary(inputs).Select(x => (P: new[] { x.P, 1 - x.P }, O: x.Yes ? 0 : 1))];
        Assert.SkipWhen(
            forecasts.Any(f => ClippedProbability.Moves(f.P[f.O])),
            "The source does not clip, or not to [0.001, 0.999]; here every logarithmic score does."
        );
        var nats = forecasts.Select(f => LogarithmicScore.Of(f.P, f.O)).ToArray();

        var agreed =
            Cases.AgreeIfGiven(name, expected, "mean_nats", () => nats.Average(), tolerance)
            | Cases.AgreeIfGiven(name, expected, "mean_bits", () => nats.Average() / Math.Log(2), tolerance)
            | Cases.AgreeIfGiven(name, expected, "per_forecast_nats", nats, tolerance)
            | Cases.AgreeIfGiven(name, expected, "per_forecast_bits", [.. nats.Select(n => n / Math.Log(2))], tolerance);

        Assert.True(agreed, $"{name} expects nothing that is known here.");
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Spherical))]
    public void Spherical_scores_agree(string name)
    {
        var (inputs, expected, tolerance) = Cases.Read(name);
        var reward = SphericalScore.Of(inputs.GetProperty("forecast").Doubles(), inputs.GetProperty("outcome_index").GetInt32());

        var agreed =
            Cases.AgreeIfGiven(name, expected, "reward", () => reward, tolerance) | Cases.AgreeIfGiven(name, expected, "loss", () => 1 - reward, tolerance);

        Assert.True(agreed, $"{name} expects nothing that is known here.");
    }

    /// <summary>
    /// The sources take their integral over the whole line, where an outcome outside the distribution adds its distance. Here the question's
    /// range is wide enough to hold both, so the two are the same.
    /// </summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Crps))]
    public void Continuous_ranked_probability_scores_agree(string name)
    {
        var (inputs, expected, tolerance) = Cases.Read(name);
        var outcome = inputs.GetProperty("outcome").Number();
        var points = Curve(inputs);
        Assert.SkipWhen(points is null, "The source states a distribution of a form that is not known here.");
        Assert.SkipWhen(
            inputs.TryGetProperty("estimator", out var estimator) && estimator.GetString() == "fair",
            "The fair estimate is of a distribution that a sample was drawn from; a forecast states the distribution itself."
        );
        var range = new QuestionRange(Math.Min(points!.Min(q => q.Value), outcome), Math.Max(points!.Max(q => q.Value), outcome) + 1e-9, false, false);
        var crps = DistributionRules.Crps(new StatedDistribution(new Prediction.Quantiles([.. points!]), range), outcome);

        var agreed =
            Cases.AgreeIfGiven(name, expected, "crps", () => crps, tolerance) | Cases.AgreeIfGiven(name, expected, "crps_empirical", () => crps, tolerance);

        Assert.True(agreed, $"{name} expects nothing that is known here.");
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Pinball))]
    public void Quantile_losses_agree(string name)
    {
        var (inputs, expected, tolerance) = Cases.Read(name);
        var forecast = new Prediction.Quantiles([new Quantile(inputs.GetProperty("level").Number(), inputs.GetProperty("quantile").Number())]);

        Cases.Agree(name, expected.GetProperty("pinball"), DistributionRules.Pinball(forecast, inputs.GetProperty("outcome").Number()), tolerance);
    }

    /// <summary>The score of a central interval of coverage 1 − α is 2/α times the summed quantile losses of the two quantiles that end it.</summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Intervals))]
    public void Interval_scores_agree(string name)
    {
        var (inputs, expected, tolerance) = Cases.Read(name);
        var alpha = 1 - inputs.GetProperty("coverage").Number();
        var forecast = new Prediction.Quantiles([
            new Quantile(alpha / 2, inputs.GetProperty("lower").Number()),
            new Quantile(1 - (alpha / 2), inputs.GetProperty("upper").Number()),
        ]);

        Cases.Agree(
            name,
            expected.GetProperty("interval_score"),
            DistributionRules.Pinball(forecast, inputs.GetProperty("outcome").Number()) * 4 / alpha,
            tolerance
        );
    }

    /// <summary>The weighted interval score is twice the mean quantile loss over levels that lie alike about the median.</summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(WeightedIntervals))]
    public void Weighted_interval_scores_agree(string name)
    {
        var (inputs, expected, tolerance) = Cases.Read(name);
        var (levels, quantiles, outcome) = (
            inputs.GetProperty("levels").Doubles(),
            inputs.GetProperty("quantiles").Doubles(),
            inputs.GetProperty("outcome").Number()
        );

        Cases.Agree(
            name,
            expected.GetProperty("wis"),
            2 * DistributionRules.Pinball(new Prediction.Quantiles([.. levels.Zip(quantiles, (l, q) => new Quantile(l, q))]), outcome),
            tolerance
        );
        Cases.AgreeIfGiven(name, expected, "ae_median", () => Math.Abs(outcome - quantiles[Array.IndexOf(levels, 0.5)]), tolerance);
    }

    private static (double P, bool Yes)[] Binary(JsonElement inputs) =>
        [.. inputs.GetProperty("forecasts").Doubles().Zip(inputs.GetProperty("outcomes").Doubles(), (p, y) => (p, y == 1))];

    /// <summary>Quantiles that state the distribution: all of it where it is piecewise linear or discrete, else very many.</summary>
    private static List<Quantile>? Curve(JsonElement inputs)
    {
        switch (inputs.GetProperty("form").GetString())
        {
            case "ensemble":
                var members = inputs.GetProperty("members").Doubles().Order().ToArray();
                return RisingLevels.Of(members.SelectMany((x, i) => new[] { (i / (double)members.Length, x), ((i + 1) / (double)members.Length, x) }));
            case "piecewise_linear_cdf":
                return RisingLevels.Of(
                    inputs
                        .GetProperty("x")
                        .Doubles()
                        .Zip(inputs.GetProperty("cdf").Doubles())
                        .SelectMany((q, i) => i == 0 ? [(0, q.First), (q.Second, q.First)] : new[] { (q.Second, q.First) })
                );
            case "uniform":
                return RisingLevels.Of([(0, inputs.GetProperty("min").Number()), (1, inputs.GetProperty("max").Number())]);
            case "normal":
                return Standardised(inputs.GetProperty("mean").Number(), inputs.GetProperty("sd").Number(), z => z);
            case "lognormal":
                return Standardised(inputs.GetProperty("meanlog").Number(), inputs.GetProperty("sdlog").Number(), Math.Exp);
            default:
                return null;
        }
    }

    private static List<Quantile> Standardised(double mean, double deviation, Func<double, double> of) =>
        RisingLevels.Of(
            Enumerable.Range(-40_000, 80_001).Select(i => i / 5_000.0).Select(z => (Domain.Statistics.NormalDistribution.Cdf(z), of(mean + (deviation * z))))
        );
}
