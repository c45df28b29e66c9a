using CsCheck;
using Domain.Consensus;
using Domain.Consensus.Methods;
using Domain.Distributions;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.TrackRecords;

namespace Domain.Tests.Consensus;

/// <summary>Each method's running value against its definition, worked out anew at every instant.</summary>
public sealed class ConsensusTimelinesTests
{
    private static readonly DateTimeOffset Opening = new(2021, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Close = Opening.AddDays(100);

    private static readonly Gen<ForecastTimeline[]> Crowds =
        from forecasters in Gen.Int[1, 60]
        from options in Gen.Int[2, 4]
        from timelines in (
            from steps in (
                from at in Gen.Int[-500, 10_000]
                from weights in Gen.Int[0, 20].Array[options]
                from withdrawn in Gen.Int[0, 9]
                from life in Gen.Int[1, 20_000]
                select (At: Opening.AddDays(at / 100.0), Weights: weights, Withdrawn: withdrawn == 0, Life: life)
            ).Array[1, 8]
            select steps
        ).Array[forecasters]
        select timelines
            .Select(
                (steps, f) =>
                    new ForecastTimeline(
                        $"f{f:D3}",
                        f % 7 == 6 ? ForecasterKind.Document : ForecasterKind.Person,
                        [
                            .. steps.Select(
                                (s, i) =>
                                    new ForecastStep(s.At, i, s.Withdrawn ? null : Normalised(s.Weights), s.Life < 1000 ? s.At.AddDays(s.Life / 100.0) : null)
                            ),
                        ]
                    )
            )
            .ToArray();

    private static readonly Gen<EarlierScore[]> Records = (
        from who in Gen.Int[0, 30]
        from day in Gen.Int[-50, 100]
        from peer in Gen.Double[-50, 200]
        from coverage in Gen.Double[0, 1]
        select new EarlierScore($"f{who:D3}", Opening.AddDays(day), peer, coverage)
    ).Array[0, 40];

    private static readonly string[] Defined = ["median", "mean", "geometric-mean-of-odds", "extremized", "recency-weighted", "skill-weighted"];

    [Fact]
    public void Every_method_follows_its_definition_at_every_instant() =>
        Gen.Select(Crowds, Records)
            .Sample(
                (crowd, records) =>
                {
                    foreach (var method in Defined)
                    {
                        foreach (var step in ConsensusTimelines.Of(ConsensusMethods.Find(method)!, Opening, Close, crowd, records, Close, null))
                        {
                            var standing = StandingAt(crowd, step.MadeAt);
                            if (standing.Count == 0)
                            {
                                Assert.Null(step.Prediction);
                                continue;
                            }

                            var expected = ByDefinition(method, standing, records, step.MadeAt);
                            var got = Assert.IsType<Prediction.Categorical>(step.Prediction).Probabilities;
                            for (var k = 0; k < expected.Length; k++)
                                Assert.Equal(expected[k], got[k], 1e-11);
                        }
                    }
                },
                iter: 60
            );

    [Fact]
    public void A_large_crowd_is_weighted_by_recency_as_a_small_one_is()
    {
        var random = new Random(3);
        var crowd = Enumerable
            .Range(0, 3000)
            .Select(f => new ForecastTimeline(
                $"f{f:D4}",
                ForecasterKind.Person,
                [
                    .. Enumerable
                        .Range(0, 2)
                        .Select(i => new ForecastStep(Opening.AddDays(random.NextDouble() * 99), i, Prediction.Categorical.Binary(random.NextDouble()))),
                ]
            ))
            .ToArray();

        var steps = ConsensusTimelines.Of(ConsensusMethods.Find("recency-weighted")!, Opening, Close, crowd, [], Close, null);

        foreach (var step in steps.Where((_, i) => i % 97 == 0))
        {
            var expected = ByDefinition("recency-weighted", StandingAt(crowd, step.MadeAt), [], step.MadeAt);
            Assert.Equal(expected[0], ((Prediction.Categorical)step.Prediction!).Probabilities[0], 1e-12);
        }
    }

    [Theory]
    [InlineData(1, 1000)]
    [InlineData(2, 7)]
    [InlineData(3, 1_000_000)]
    public void Forecasts_that_weighed_nothing_in_a_large_crowd_count_again_in_what_is_left_of_it(int seed, int values)
    {
        // Six thousand come over thirty days; over the next thirty the newest of them go, most one by one, some together; then others come.
        var random = new Random(seed);
        Prediction Any() => Prediction.Categorical.Binary(random.Next(0, values + 1) / (double)values);
        var crowd = Enumerable
            .Range(0, 8000)
            .Select(f =>
            {
                if (f >= 6000)
                    return By(f, new ForecastStep(Opening.AddDays(60 + (random.NextDouble() * 35)), 0, Any()));
                var made = Opening.AddDays(f / 200.0);
                var leaves = f < 150 ? Close : Opening.AddDays(f % 3 == 0 ? 30 + (5 * (int)((6000 - f) / 1000.0)) : 30 + ((6000 - f) / 200.0));
                return By(f, new ForecastStep(made, 0, Any(), leaves));
            })
            .ToArray();

        var steps = ConsensusTimelines.Of(ConsensusMethods.Find("recency-weighted")!, Opening, Close, crowd, [], Close, null);

        foreach (var step in steps.Where((s, i) => i % 211 == 0 || (s.MadeAt > Opening.AddDays(58) && s.MadeAt < Opening.AddDays(62) && i % 11 == 0)))
        {
            var expected = ByDefinition("recency-weighted", StandingAt(crowd, step.MadeAt), [], step.MadeAt);
            Assert.Equal(expected[0], ((Prediction.Categorical)step.Prediction!).Probabilities[0], 1e-12);
        }

        static ForecastTimeline By(int f, ForecastStep step) => new($"f{f:D4}", ForecasterKind.Person, [step]);
    }

    [Fact]
    public void The_median_of_distributions_is_taken_point_by_point()
    {
        var range = new QuestionRange(0, 100, OpenLower: false, OpenUpper: true);
        ForecastTimeline By(string who, params double[] values) =>
            new(
                who,
                ForecasterKind.Person,
                [new ForecastStep(Opening, 0, new Prediction.Quantiles([.. values.Select((v, i) => new Quantile((i + 1) / (values.Length + 1.0), v))]))]
            );
        ForecastTimeline[] crowd = [By("a", 10, 20, 30), By("b", 5, 50, 90), By("c", 25), By("d", 1, 2, 3, 80, 99)];

        foreach (var (method, combine) in new (string, Func<double[], double>)[] { ("median", v => (v[1] + v[2]) / 2), ("mean", v => v.Average()) })
        {
            var got = new StatedDistribution(
                (Prediction.Quantiles)ConsensusTimelines.Of(ConsensusMethods.Find(method)!, Opening, Close, crowd, [], Close, range)[0].Prediction!,
                range
            );
            for (var x = 0.0; x <= 100; x += 0.37)
            {
                var each = crowd.Select(t => new StatedDistribution((Prediction.Quantiles)t.Steps[0].Prediction!, range).At(x)).Order().ToArray();
                Assert.Equal(combine(each), got.At(x), 1e-12);
            }
        }
    }

    private static List<(double[] P, DateTimeOffset MadeAt, string Who)> StandingAt(IEnumerable<ForecastTimeline> crowd, DateTimeOffset at) =>
        [
            .. from t in crowd
            where t.Kind == ForecasterKind.Person
            let made = t.Steps.Where(s => s.MadeAt <= at).OrderBy(s => s.MadeAt).ThenBy(s => s.Sequence).ToList()
            where made.Count > 0
            let last = made[^1]
            let stated = last.Prediction as Prediction.Categorical
            where stated is not null && !(last.ExpiresAt <= at)
            orderby last.MadeAt, t.Forecaster
            select (stated.Probabilities.ToArray(), last.MadeAt, t.Forecaster),
        ];

    private static double[] ByDefinition(
        string method,
        List<(double[] P, DateTimeOffset MadeAt, string Who)> standing,
        IReadOnlyList<EarlierScore> records,
        DateTimeOffset at
    )
    {
        var n = standing.Count;
        var weights = method switch
        {
            "recency-weighted" when n > 2 => Enumerable.Range(1, n).Select(i => Math.Exp(Math.Sqrt(i) - Math.Sqrt(n))).ToArray(),
            "skill-weighted" => standing
                .Select(s => Math.Pow(Math.Exp(-((at - s.MadeAt) / (Close - Opening)) / 2) * Math.Sqrt(Skill(records, s.Who, at)), 6))
                .ToArray(),
            _ => Enumerable.Repeat(1.0, n).ToArray(),
        };
        var each = Enumerable
            .Range(0, standing[0].P.Length)
            .Select(k =>
            {
                var p = standing.Select(s => s.P[k]).ToArray();
                return method switch
                {
                    "median" or "recency-weighted" => WeightedMedian(p, weights),
                    "geometric-mean-of-odds" => Sigmoid(p.Average(Logit)),
                    "extremized" => Sigmoid(Extremized.Factor(n) * p.Average(Logit)),
                    "mean" or "skill-weighted" => p.Zip(weights, (x, w) => x * w).Sum() / weights.Sum(),
                    _ => throw new ArgumentException($"{method} is not defined here.", nameof(method)),
                };
            })
            .ToArray();
        return [.. each.Select(p => each.Sum() > 0 ? p / each.Sum() : 1.0 / each.Length)];
    }

    private static double Skill(IReadOnlyList<EarlierScore> records, string who, DateTimeOffset at)
    {
        var own = records.Where(r => r.Forecaster == who && r.KnownAt < at).ToList();
        return Math.Max(own.Sum(r => r.Peer.Value) / (30 + own.Sum(r => r.Coverage.Value)), 1e-6);
    }

    private static double WeightedMedian(double[] values, double[] weights)
    {
        var order = Enumerable.Range(0, values.Length).OrderBy(i => values[i]).ToArray();
        double below = 0,
            half = weights.Sum() / 2;
        for (var i = 0; i < order.Length; i++)
        {
            below += weights[order[i]];
            if (Math.Abs(below - half) < 1e-13 * half)
                return (values[order[i]] + values[order[i + 1]]) / 2;
            if (below > half)
                return values[order[i]];
        }

        throw new InvalidOperationException();
    }

    private static double Logit(double p) =>
        Math.Log(
            p is 0 ? 0.001 / 0.999
            : p is 1 ? 0.999 / 0.001
            : p / (1 - p)
        );

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static Prediction.Categorical Normalised(int[] weights)
    {
        var sum = weights.Sum();
        if (weights.Length == 2)
            return Prediction.Categorical.Binary(sum == 0 ? 0.5 : weights[0] / (double)sum);
        return new Prediction.Categorical([.. weights.Select(w => sum == 0 ? 1.0 / weights.Length : w / (double)sum)]);
    }
}
