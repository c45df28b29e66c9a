using CsCheck;
using Domain.Distributions;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Rules;

namespace Domain.Tests.Scoring;

/// <summary>Who states what they believe has the best expected score, whatever they could have stated instead.</summary>
public sealed class ProprietyTests
{
    private static readonly DateTimeOffset Opening = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> OptionRules => ["brier", "brierGjp", "brierOrdered", "log", "spherical", "baseline"];

    [Theory]
    [MemberData(nameof(OptionRules))]
    public void On_a_grid_of_three_options_the_honest_forecast_alone_is_best(string rule)
    {
        var grid = (from a in Enumerable.Range(1, 18) from b in Enumerable.Range(1, 19 - a) select new[] { a / 20.0, b / 20.0, (20 - a - b) / 20.0 }).ToArray();
        Assert.Equal(171, grid.Length);
        var losses = grid.Select(stated => Enumerable.Range(0, 3).Select(o => Loss(rule, stated, o)).ToArray()).ToArray();
        foreach (var (honest, own) in grid.Zip(losses))
        {
            var best = Expected(honest, own);
            for (var i = 0; i < grid.Length; i++)
            {
                if (!ReferenceEquals(losses[i], own))
                    Assert.True(
                        Expected(honest, losses[i]) > best + 1e-6,
                        $"{rule}: who believes {string.Join(", ", honest)} does no worse with {string.Join(", ", grid[i])}."
                    );
            }
        }
    }

    [Theory]
    [MemberData(nameof(OptionRules))]
    public void At_random_no_other_forecast_is_better_than_the_honest_one(string rule) =>
        (
            from k in Gen.Int[2, 8]
            from honest in Gen.Double[0.01, 1].Array[k]
            from other in Gen.Double[0.01, 1].Array[k]
            select (Shares(honest), Shares(other))
        ).Sample(pair =>
        {
            var (honest, other) = pair;
            double Of(double[] stated) => Expected(honest, [.. honest.Select((_, o) => Loss(rule, stated, o))]);
            Assert.True(Of(honest) <= Of(other) + 1e-12);
        });

    /// <summary>The expected scores of two distributions differ by ∫(F − G)², which nothing but F makes 0.</summary>
    [Fact]
    public void The_honest_distribution_has_the_best_expected_crps_by_the_square_of_the_distance() =>
        (
            from range in Ranges
            from honest in RandomQuestions.Quantiles(range)
            from other in RandomQuestions.Quantiles(range)
            select (range, honest, other)
        ).Sample(
            x =>
            {
                var (range, f, g) = (
                    x.range,
                    new StatedDistribution((Prediction.Quantiles)x.honest, x.range),
                    new StatedDistribution((Prediction.Quantiles)x.other, x.range)
                );
                const int Pieces = 1000;
                var width = (range.Max - range.Min) / Pieces;
                double Expected(StatedDistribution stated)
                {
                    // What lies at or beyond an end counts at it, and so does a step at it.
                    var sum =
                        (f.At(range.Min) * DistributionRules.Crps(stated, range.Min)) + ((1 - f.Before(range.Max)) * DistributionRules.Crps(stated, range.Max));
                    for (var i = 0; i < Pieces; i++)
                    {
                        var (a, b) = (range.Min + (i * width), range.Min + ((i + 1) * width));
                        sum += (f.Before(b) - f.At(a)) * DistributionRules.Crps(stated, (a + b) / 2);
                        if (i > 0)
                            sum += (f.At(a) - f.Before(a)) * DistributionRules.Crps(stated, a);
                    }

                    return sum;
                }

                var distance = Enumerable.Range(0, Pieces).Select(i => range.Min + ((i + 0.5) * width)).Sum(y => Math.Pow(f.At(y) - g.At(y), 2) * width);
                Assert.Equal(distance, Expected(g) - Expected(f), 0.02 * (range.Max - range.Min));
                Assert.True(Expected(g) - Expected(f) > -1e-3 * (range.Max - range.Min));
            },
            iter: 60
        );

    [Fact]
    public void The_honest_quantiles_have_the_least_expected_quantile_loss() =>
        (
            from outcomes in Gen.Double[0, 100].Array[5, 60]
            from level in Gen.Double[0.02, 0.98]
            from other in Gen.Double[0, 100]
            select (outcomes.Order().ToArray(), level, other)
        ).Sample(x =>
        {
            var (outcomes, level, other) = x;
            var honest = outcomes[Math.Min((int)(level * outcomes.Length), outcomes.Length - 1)];
            double Expected(double value) => outcomes.Average(y => DistributionRules.Pinball(new Prediction.Quantiles([new Quantile(level, value)]), y));
            Assert.True(Expected(honest) <= Expected(other) + 1e-12);
        });

    [Fact]
    public void The_honest_distribution_has_the_best_expected_baseline() =>
        (
            from range in Ranges
            from honest in RandomQuestions.Quantiles(range)
            from other in RandomQuestions.Quantiles(range)
            select (range, honest, other)
        ).Sample(
            x =>
            {
                var (range, f) = (x.range, new StatedDistribution((Prediction.Quantiles)x.honest, x.range));
                var of = OutcomeBins.Of(range, QuestionType.Numeric);
                var bins = Enumerable
                    .Range(0, 200)
                    .Select(i => range.Min + ((i + 0.5) / 200 * (range.Max - range.Min)))
                    .Append(range.Min - 1)
                    .Append(range.Max + 1)
                    .Where(y => (y > range.Min || range.OpenLower) && (y < range.Max || range.OpenUpper))
                    .ToArray();
                double Expected(Prediction stated) =>
                    bins.Select(y => (P: f.Probability(of.BinOf(y)), Y: y))
                        .Where(b => b.P > 0)
                        .Sum(b =>
                            b.P
                            * Math.Log(
                                Math.Max(
                                    new StatedDistribution((Prediction.Quantiles)stated, range).Probability(of.BinOf(b.Y)),
                                    StatedDistribution.LeastBinProbability
                                )
                            )
                        );
                // The least probability of a bin is a gift of at most 200 times 10⁻⁵.
                Assert.True(Expected(x.honest) >= Expected(x.other) - 0.002);
            },
            iter: 60
        );

    [Fact]
    public void Whatever_the_others_state_the_honest_forecast_has_the_best_expected_peer_score() =>
        Gen.Select(Gen.Double[0.01, 0.99], Gen.Double[0.01, 0.99], Gen.Double[0.01, 0.99].Array[1, 5])
            .Sample(
                (honest, other, crowd) =>
                {
                    double Expected(double stated) => (honest * Peer(stated, 0)) + ((1 - honest) * Peer(stated, 1));
                    double Peer(double stated, int outcome) =>
                        Score(
                            QuestionType.Binary,
                            2,
                            outcome,
                            "peer",
                            [Prediction.Categorical.Binary(stated), .. crowd.Select(Prediction (p) => Prediction.Categorical.Binary(p))]
                        );
                    Assert.True(Expected(honest) >= Expected(other) - 1e-9);
                },
                iter: 300
            );

    private static Gen<QuestionRange> Ranges => from lower in Gen.Bool from upper in Gen.Bool select new QuestionRange(0, 100, lower, upper);

    private static double Expected(double[] honest, double[] losses) => honest.Zip(losses, (p, l) => p * l).Sum();

    private static double[] Shares(double[] weights) => [.. weights.Select(w => w / weights.Sum())];

    private static double Loss(string rule, double[] p, int outcome) =>
        rule switch
        {
            "brier" => BrierScore.Of(p, outcome),
            "brierGjp" => BrierGjpScore.Of(p, outcome),
            "brierOrdered" => OrderedBrierScore.Of(p, outcome),
            "log" => LogarithmicScore.Of(p, outcome),
            "spherical" => -SphericalScore.Of(p, outcome),
            _ => -Score(p.Length == 2 ? QuestionType.Binary : QuestionType.MultipleChoice, p.Length, outcome, rule, [new Prediction.Categorical([.. p])]),
        };

    private static double Score(QuestionType type, int options, int outcome, string key, IReadOnlyList<Prediction> predictions) =>
        QuestionScoring
            .Score(
                RuleSet.Current,
                new ScoringInput(
                    new ResolvedQuestion(
                        "q",
                        type,
                        options,
                        null,
                        Opening,
                        Opening.AddDays(1),
                        Opening.AddDays(1),
                        null,
                        new OutcomeValue.Option(outcome),
                        null
                    ),
                    [.. predictions.Select((p, i) => new ForecastTimeline($"n{i}", ForecasterKind.Person, [new ForecastStep(Opening, 0, p)]))],
                    [],
                    []
                )
            )
            .Single(r => r.Forecaster == "n0")
            .Scores[key]!.Value;
}
