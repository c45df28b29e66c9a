using System.Text.Json;
using Domain.Consensus;
using Domain.Forecasts;
using Domain.People;
using Domain.Scoring;
using Domain.TrackRecords;

namespace Domain.Tests.Oracles;

/// <summary>The crowd, as peers and as consensus, against worked numbers, a test a case.</summary>
public sealed class WorkedCrowds
{
    private static readonly DateTimeOffset Now = new(2021, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> GeometricMeans => Cases.Named("metaculus_geometric_mean");

    public static TheoryData<string> Aggregations => Cases.Named("metaculus_aggregation");

    /// <summary>A document, which is compared with the crowd but is none of it, shows the geometric mean: its own p times e^(−peer/100).</summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(GeometricMeans))]
    public void Geometric_means_of_those_who_stand_agree(string name)
    {
        var (inputs, expected, tolerance) = Cases.Read(name);
        var stated = new StatedCase(inputs);
        foreach (var entry in expected.GetProperty("entries").EnumerateArray())
        {
            var (day, pmf) = (entry.GetProperty("day").Number(), entry.GetProperty("pmf").Doubles());
            var document = stated.Steps[0].Step.Prediction;
            for (var bucket = 0; bucket < pmf.Length; bucket++)
            {
                if (stated.Differs(bucket) is not null)
                    continue;
                // What stands from the day on is what stood just before a spot that follows.
                var question = stated.Question(bucket, day + 1e-6);
                var input = new ScoringInput(
                    question,
                    [.. stated.Timelines, new ForecastTimeline("document", ForecasterKind.Document, [new ForecastStep(question.OpensAt, 0, document)])],
                    [],
                    []
                );
                var peer = QuestionScoring.Score(RuleSet.Current, input).Single(r => r.Forecaster == "document").Scores["spotPeer"]!.Value;
                var own = StatedCase.Probability(inputs.GetProperty("forecasts")[0], bucket);
                var unit = stated.IsDistribution ? 50 : 100;
                Cases.Agree($"{name}, day {day}, bucket {bucket}", entry.GetProperty("pmf")[bucket], own * Math.Exp(-peer / unit), tolerance);
                var peers = QuestionScoring.Explain(RuleSet.Current, input, "document")!["spotPeer"].Intervals.Single().Peers!.Value;
                Assert.Equal(entry.GetProperty("num_forecasters").GetInt32(), peers < 2 ? 0 : peers);
            }
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Aggregations))]
    public void Consensus_of_a_crowd_agrees(string name)
    {
        var (inputs, expected, tolerance) = Cases.Read(name);
        if (inputs.TryGetProperty("p_yes_oldest_first", out var binary))
            AgreeOnAProbability(name, binary.Doubles(), expected, tolerance);
        else if (inputs.TryGetProperty("p_per_option_oldest_first", out var options))
            AgreeOnOptions(name, [.. options.EnumerateArray().Select(o => o.Doubles())], expected, tolerance);
        else if (inputs.TryGetProperty("percentiles", out var percentiles))
            AgreeOnMedians(name, inputs, percentiles.Doubles(), expected, tolerance);
        else if (inputs.TryGetProperty("n", out var n))
            AgreeOnRecency(n.GetInt32(), expected.GetProperty("weights"));
        else if (inputs.TryGetProperty("peer_scores", out var peers))
            AgreeOnSkill(name, peers.Doubles(), inputs.GetProperty("coverages").Doubles(), expected, tolerance);
        else if (inputs.TryGetProperty("reputation", out var reputation))
            AgreeOnSkilled(name, inputs, reputation.Doubles(), expected, tolerance);
        else
            Assert.Skip("The source aggregates in a way that is not asked for here.");
    }

    private static void AgreeOnAProbability(string name, double[] oldestFirst, JsonElement expected, JsonElement tolerance)
    {
        var crowd = oldestFirst.Select(Prediction (p) => Prediction.Categorical.Binary(p)).ToList();
        Cases.Agree(name, expected.GetProperty("unweighted").GetProperty("median_p_yes"), Of("median", crowd)[0], tolerance);
        Cases.Agree(name, expected.GetProperty("unweighted").GetProperty("mean_p_yes"), Of("mean", crowd)[0], tolerance);
        Cases.Agree(name, expected.GetProperty("recency_weighted").GetProperty("median_p_yes"), Of("recency-weighted", crowd)[0], tolerance);
    }

    private static void AgreeOnOptions(string name, List<double[]> oldestFirst, JsonElement expected, JsonElement tolerance)
    {
        var crowd = oldestFirst.Select(Prediction (p) => new Prediction.Categorical([.. p])).ToList();
        var means = expected.GetProperty("unweighted").GetProperty("means");
        for (var k = 0; k < oldestFirst[0].Length; k++)
            Cases.Agree(name, means[k], Of("mean", crowd)[k], tolerance);

        // The source also squeezes what it renormalised towards 1/K: the same only where the medians already sum to 1.
        var medians = Enumerable
            .Range(0, oldestFirst[0].Length)
            .Select(k => Of("median", oldestFirst.Select(Prediction (p) => Prediction.Categorical.Binary(p[k])))[0])
            .Sum();
        Assert.SkipWhen(
            Math.Abs(medians - 1) > 1e-12,
            "The means agree. The source moves medians that do not sum to 1 away from 0; here they are renormalised and nothing else."
        );
        foreach (var (of, method) in new[] { ("unweighted", "median"), ("recency_weighted", "recency-weighted") })
        {
            var wanted = expected.GetProperty(of).GetProperty("p");
            for (var k = 0; k < oldestFirst[0].Length; k++)
                Cases.Agree($"{name}, {of}", wanted[k], Of(method, crowd)[k], tolerance);
        }
    }

    private static void AgreeOnMedians(string name, JsonElement inputs, double[] percentiles, JsonElement expected, JsonElement tolerance)
    {
        Assert.SkipUnless(inputs.GetProperty("weights").ValueKind == JsonValueKind.Null, "Weights of one's own are not a way in which the consensus weighs.");
        var values = inputs.GetProperty("values").EnumerateArray().Select(v => v.Doubles()).ToList();
        Assert.SkipUnless(percentiles.Contains(50), "Of the percentiles the consensus is the median alone.");
        var wanted = expected.GetProperty("result")[Array.IndexOf(percentiles, 50)];
        for (var k = 0; k < values[0].Length; k++)
            Cases.Agree(name, wanted[k], Of("median", values.Select(Prediction (v) => Prediction.Categorical.Binary(v[k])))[0], tolerance);
    }

    /// <summary>The newest j of n who state 1 carry the median where they hold more than half of the weight; so every partial sum shows.</summary>
    private static void AgreeOnRecency(int n, JsonElement weights)
    {
        var stated = weights.ValueKind == JsonValueKind.Null ? [.. Enumerable.Repeat(1.0, n)] : weights.Doubles();
        for (var newest = 0; newest <= n; newest++)
        {
            var share = stated[(n - newest)..].Sum() / stated.Sum();
            var median = Of("recency-weighted", Enumerable.Range(0, n).Select(Prediction (i) => Prediction.Categorical.Binary(i < n - newest ? 0 : 1)))[0];
            Assert.Equal(
                Math.Abs(share - 0.5) < 1e-12 ? 0.5
                    : share > 0.5 ? 1
                    : 0,
                median
            );
        }
    }

    /// <summary>Two of equal age, one of known skill, who state 0 and 1: the mean's odds are the cube of the skills' ratio.</summary>
    private static void AgreeOnSkill(string name, double[] peers, double[] coverages, JsonElement expected, JsonElement tolerance)
    {
        var known = Math.Max(expected.GetProperty("reputation").Number(), 1e-6);
        var mean = Skilled(
            [("known", 0, Now), ("scored", 1, Now)],
            [
                new EarlierScore("known", Now.AddDays(-300), 30 * known, 0),
                .. peers.Zip(coverages, (p, c) => new EarlierScore("scored", Now.AddDays(-300), p, c)),
            ],
            100
        );
        Cases.Agree(name, expected.GetProperty("reputation"), known * Math.Cbrt(mean / (1 - mean)), tolerance);
    }

    private static void AgreeOnSkilled(string name, JsonElement inputs, double[] reputation, JsonElement expected, JsonElement tolerance)
    {
        var (p, ages) = (inputs.GetProperty("p_yes").Doubles(), inputs.GetProperty("age_days").Doubles());
        var mean = Skilled(
            [.. p.Select((x, i) => ($"n{i}", x, Now.AddDays(-ages[i])))],
            [.. reputation.Select((r, i) => new EarlierScore($"n{i}", Now.AddDays(-3000), 30 * r, 0))],
            inputs.GetProperty("question_length_days").Number()
        );
        Cases.Agree(name, expected.GetProperty("mean_p_yes"), mean, tolerance);
    }

    private static double Skilled(IReadOnlyList<(string Who, double P, DateTimeOffset At)> crowd, IReadOnlyList<EarlierScore> records, double days)
    {
        var opens = crowd.Min(c => c.At);
        var steps = ConsensusTimelines.Of(
            ConsensusMethods.Find("skill-weighted")!,
            opens,
            opens.AddDays(days),
            [.. crowd.Select(c => new ForecastTimeline(c.Who, ForecasterKind.Person, [new ForecastStep(c.At, 0, Prediction.Categorical.Binary(c.P))]))],
            records,
            opens.AddDays(days),
            null
        );
        return ((Prediction.Categorical)steps[^1].Prediction!).Probabilities[0];
    }

    private static System.Collections.Immutable.ImmutableArray<double> Of(string method, IEnumerable<Prediction> oldestFirst)
    {
        var timelines = oldestFirst
            .Select((p, i) => new ForecastTimeline($"n{i:D4}", ForecasterKind.Person, [new ForecastStep(Now.AddMinutes(i), i, p)]))
            .ToList();
        return (
            (Prediction.Categorical)
                ConsensusTimelines.Of(ConsensusMethods.Find(method)!, Now, Now.AddDays(10), timelines, [], Now.AddDays(10), null)[^1].Prediction!
        ).Probabilities;
    }
}
