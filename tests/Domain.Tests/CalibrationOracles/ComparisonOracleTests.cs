using System.Text.Json;
using Domain.Comparison;
using Domain.Leaderboards;
using Domain.People;
using Domain.Questions;
using Domain.Statistics;

namespace Domain.Tests.CalibrationOracles;

/// <summary>Comparisons agree with the worked numbers of other implementations.</summary>
public sealed class ComparisonOracleTests
{
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(OracleCase.Named), "binomial_interval", MemberType = typeof(OracleCase))]
    public void Wilson_intervals_agree(string name)
    {
        var known = OracleCase.Read(name);
        var trials = known.Inputs.GetProperty("n").GetDouble();
        var interval = WilsonInterval.Of(
            known.Inputs.GetProperty("successes").GetDouble() / trials,
            trials,
            known.Inputs.GetProperty("confidence").GetDouble()
        );
        known.Same("wilson", [interval.Lower, interval.Upper]);
        known.AgreedOnSomething();
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(OracleCase.Named), "bootstrap", MemberType = typeof(OracleCase))]
    public void Bootstraps_agree(string name)
    {
        var known = OracleCase.Read(name);
        var scores = known.Numbers("scores");
        var counts = Array.ConvertAll(scores, _ => 1.0);
        if (known.Inputs.TryGetProperty("resample_indices", out var draws))
        {
            var replicates = draws
                .EnumerateArray()
                .Select(d => QuestionBootstrap.MeanOfDraw(scores, counts, [.. d.EnumerateArray().Select(i => i.GetInt32())]))
                .Order()
                .ToArray();
            known.Same("replicate_mean", replicates.Average());
            foreach (var level in known.Expected.GetProperty("quantiles").EnumerateObject())
            {
                known.Same(level.Name, level.Value.GetDouble(), SampleQuantile.OfSorted(replicates, double.Parse(level.Name)));
            }
        }
        else
        {
            var replicates = QuestionBootstrap.Replicates(scores, counts, 40_000, seed: 7);
            Array.Sort(replicates);
            var mean = replicates.Average();
            Assert.Equal(known.Expected.GetProperty("exact_mean").GetDouble(), mean, 0.005);
            Assert.Equal(known.Expected.GetProperty("exact_sd").GetDouble(), Math.Sqrt(replicates.Average(r => (r - mean) * (r - mean))), 0.005);
            known.Same("exact_quantile_0.05", SampleQuantile.OfSorted(replicates, 0.05));
            known.Same("exact_quantile_0.95", SampleQuantile.OfSorted(replicates, 0.95));
        }
        known.AgreedOnSomething();
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(OracleCase.Named), "cluster_bootstrap", MemberType = typeof(OracleCase))]
    public void Cluster_bootstraps_agree(string name)
    {
        var known = OracleCase.Read(name);
        var scores = known.Numbers("score");
        var names = Strings(known.Inputs, "cluster");
        var order = names.Distinct().ToList();
        var units = ResamplingUnits.Of(scores, [.. names.Select(n => order.IndexOf(n))]);
        var draws = known
            .Inputs.GetProperty("cluster_draws")
            .EnumerateArray()
            .Select(d => d.EnumerateArray().Select(n => order.IndexOf(n.GetString()!)).ToArray())
            .ToArray();
        var ones = Array.ConvertAll(units.Counts, _ => 1.0);
        var means = units.Sums.Zip(units.Counts, (s, c) => s / c).ToArray();
        Check("pooled_forecast_mean", units.Sums.Sum() / units.Counts.Sum(), draws.Select(d => QuestionBootstrap.MeanOfDraw(units.Sums, units.Counts, d)));
        Check("question_mean_of_means", means.Average(), draws.Select(d => QuestionBootstrap.MeanOfDraw(means, ones, d)));

        void Check(string what, double estimate, IEnumerable<double> replicates)
        {
            var sorted = replicates.Order().ToArray();
            var expected = known.Expected.GetProperty(what);
            known.Same(what, expected.GetProperty("estimate").GetDouble(), estimate);
            known.Same(
                what,
                OracleCase.NumbersOf(expected.GetProperty("ci95")),
                [SampleQuantile.OfSorted(sorted, 0.025), SampleQuantile.OfSorted(sorted, 0.975)]
            );
        }
        known.AgreedOnSomething();
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(OracleCase.Named), "cluster_se", MemberType = typeof(OracleCase))]
    public void Clustered_standard_errors_agree(string name)
    {
        var known = OracleCase.Read(name);
        var scores = known.Numbers("score");
        var order = Strings(known.Inputs, "cluster").Distinct().ToList();
        var mean = ClusteredMean.Of(scores, Array.ConvertAll(scores, _ => 1.0), [.. Strings(known.Inputs, "cluster").Select(n => order.IndexOf(n))]);
        known.Same("mean", mean.Mean);
        known.Same("se_CR1", mean.StandardError);
        known.Same("se_CR0", mean.StandardError * Math.Sqrt((mean.Clusters - 1.0) / mean.Clusters));
        known.AgreedOnSomething();
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(OracleCase.Named), "multiple_testing", MemberType = typeof(OracleCase))]
    public void Benjamini_Hochberg_agrees(string name)
    {
        var known = OracleCase.Read(name);
        known.Same("BH", BenjaminiHochberg.Adjust(known.Numbers("p")));
        known.AgreedOnSomething();
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(OracleCase.Named), "sign_flip_permutation", MemberType = typeof(OracleCase))]
    public void Sign_flips_agree(string name)
    {
        var known = OracleCase.Read(name);
        var scores = Paired(known);
        var test = SignFlipTest.Of([.. scores.Select(s => s.ScoreA - s.ScoreB)]);
        known.Same("mean_difference", PairedComparison.Of(scores).Difference!.Value);
        known.Same("p_two_sided", test.TwoSided);
        known.Same("p_less", test.Less);
        known.Same("p_greater", test.Greater);
        known.AgreedOnSomething();
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(OracleCase.Named), "skill_score", MemberType = typeof(OracleCase))]
    public void Skill_agrees(string name)
    {
        var known = OracleCase.Read(name);
        known.Same("skill", SkillScore.Of(Paired(known)).Required.Skill);
        known.AgreedOnSomething();
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(OracleCase.Named), "difficulty_adjusted", MemberType = typeof(OracleCase))]
    public void Difficulty_adjusted_scores_agree(string name)
    {
        var known = OracleCase.Read(name);
        var scores = Strings(known.Inputs, "forecaster")
            .Zip(Strings(known.Inputs, "question"), known.Numbers("forecast").Zip(known.Numbers("outcome"), (p, y) => (p - y) * (p - y)))
            .Select(s => new AdjustableScore(new ForecasterName(s.First), new QuestionSlug(s.Second), s.Third))
            .ToArray();
        var fitted = Strings(known.Inputs, "fixed_effect_forecasters").ToHashSet();
        var adjustment = DifficultyAdjustment.Of(scores, fitted.Contains);
        var byName = adjustment.Forecasters.ToDictionary(f => f.Forecaster, f => f.Adjusted!.Value);
        var shift = 0.25 - byName[known.Inputs.GetProperty("reference").GetString()!];
        foreach (var expected in known.Expected.GetProperty("rescaled_difficulty_adjusted_brier").EnumerateObject())
        {
            known.Same(expected.Name, expected.Value.GetDouble(), byName[expected.Name] + shift);
        }

        foreach (var expected in known.Expected.GetProperty("question_effect_centered").EnumerateObject())
        {
            known.Same(expected.Name, expected.Value.GetDouble(), adjustment.QuestionEffects[expected.Name]);
        }
        known.AgreedOnSomething();
    }

    private static string[] Strings(JsonElement inputs, string name) => [.. inputs.GetProperty(name).EnumerateArray().Select(e => e.GetString()!)];

    private static PairedScore[] Paired(OracleCase known) =>
        [
            .. known
                .Numbers("forecasts_a")
                .Zip(known.Numbers("forecasts_b"), known.Outcomes())
                .Select((q, i) => new PairedScore(new QuestionSlug($"q{i:D4}"), null, Brier(q.First, q.Third), Brier(q.Second, q.Third))),
        ];

    private static double Brier(double p, bool happened) => Math.Pow(p - (happened ? 1 : 0), 2);
}
