using CsCheck;
using Domain.Distributions;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Rules;

namespace Domain.Tests.Scoring;

/// <summary>Scores of single questions, worked by hand.</summary>
public sealed class QuestionScoringTests
{
    private static readonly DateTimeOffset Opening = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly ResolvedQuestion TenDays = new(
        "q",
        QuestionType.Binary,
        2,
        null,
        Opening,
        Opening.AddDays(10),
        Opening.AddDays(10),
        null,
        new OutcomeValue.Option(0),
        null
    );

    private static readonly Gen<double[]> Probabilities = Gen.Double[0.01, 1].Array[2, 6].Select(w => w.Select(x => x / w.Sum()).ToArray());

    private static ForecastTimeline By(string who, params (double Day, double? P)[] steps) =>
        new(
            who,
            ForecasterKind.Person,
            [.. steps.Select((s, i) => new ForecastStep(Opening.AddDays(s.Day), i, s.P is { } p ? Prediction.Categorical.Binary(p) : null))]
        );

    private static ScoreRow Row(ResolvedQuestion question, string who, params ForecastTimeline[] timelines) =>
        QuestionScoring.Score(RuleSet.Current, new ScoringInput(question, timelines, [], [])).Single(r => r.Forecaster == who);

    [Fact]
    public void A_forecast_counts_for_the_time_in_which_it_stood()
    {
        var row = Row(TenDays, "a", By("a", (0, 0.5), (4, 0.9)));

        Assert.Equal(((4 * 0.25) + (6 * 0.01)) / 10, row.Scores["brier.timeAveraged"]!.Value, 12);
        Assert.Equal(0.01, row.Scores["brier.final"]!.Value, 12);
        Assert.Equal(((4 * 0.25) + (6 * 0.01)) / 10, row.Scores["brier.dailyAveraged"]!.Value, 12);
        Assert.Equal(1, row.Revisions);
        Assert.Equal(1, row.Coverage);
    }

    [Fact]
    public void A_withdrawn_forecast_has_no_final_score_and_says_why()
    {
        var row = Row(TenDays, "a", By("a", (0, 0.5), (4, null)));

        Assert.Null(row.Scores["brier.final"]);
        Assert.Contains("No forecast stood", row.Notes["brier.final"], StringComparison.Ordinal);
        Assert.Equal(0.4, row.Coverage, 12);
    }

    [Fact]
    public void Absent_time_counts_nothing_in_the_baseline_and_divides_it()
    {
        var row = Row(TenDays, "a", By("a", (5, 0.8)));

        Assert.Equal(100 * Math.Log(1.6) / Math.Log(2) / 2, row.Scores["baseline"]!.Value, 10);
    }

    [Fact]
    public void Early_resolution_still_divides_by_the_scheduled_lifetime()
    {
        var row = Row(TenDays with { KnownAt = Opening.AddDays(5) }, "a", By("a", (0, 0.8)));

        Assert.Equal(100 * Math.Log(1.6) / Math.Log(2) / 2, row.Scores["baseline"]!.Value, 10);
        Assert.Equal(0.5, row.Coverage, 12);
        Assert.Equal(0.04, row.Scores["brier.timeAveraged"]!.Value, 12);
    }

    [Fact]
    public void A_forecast_made_once_the_outcome_was_known_never_counts() =>
        Assert.Null(Row(TenDays with { KnownAt = Opening.AddDays(5) }, "a", By("a", (5, 1))).Scores["brier.final"]);

    [Fact]
    public void Of_two_forecasts_at_one_instant_the_later_event_holds()
    {
        var row = Row(TenDays, "a", By("a", (0, 0.2), (0, 0.7)));

        Assert.Equal(0.09, row.Scores["brier.final"]!.Value, 12);
        Assert.Equal(0, row.Revisions);
    }

    [Fact]
    public void Peer_scores_compare_with_the_geometric_mean_of_all_who_stand()
    {
        var row = Row(TenDays, "a", By("a", (0, 0.8)), By("b", (0, 0.2)));

        Assert.Equal(100 * 2 * Math.Log(0.8 / Math.Sqrt(0.8 * 0.2)), row.Scores["peer"]!.Value, 10);
    }

    [Fact]
    public void Documents_and_references_stand_in_no_peers_mean()
    {
        var document = By("d", (0, 0.01)) with { Kind = ForecasterKind.Document };

        Assert.Equal(0, Row(TenDays, "a", By("a", (0, 0.8)), document).Scores["peer"]!.Value, 12);
        Assert.Equal(100 * Math.Log(0.01 / 0.8), Row(TenDays, "d", By("a", (0, 0.8)), document).Scores["peer"]!.Value, 10);
    }

    [Fact]
    public void Peer_scores_of_simultaneous_forecasters_sum_to_zero() =>
        Gen.Double[0.01, 0.99]
            .Array[2, 8]
            .Sample(ps =>
            {
                var rows = QuestionScoring.Score(RuleSet.Current, new ScoringInput(TenDays, [.. ps.Select((p, i) => By($"f{i}", (0, p)))], [], []));
                Assert.Equal(0, rows.Where(r => r.Kind == ForecasterKind.Person).Sum(r => r.Scores["peer"]!.Value), 8);
            });

    [Fact]
    public void A_revision_to_the_same_value_changes_no_score() =>
        Gen.Select(Gen.Double[0.01, 0.99], Gen.Double[0.01, 0.99], Gen.Double[0.1, 9.9])
            .Sample(
                (p, q, day) =>
                {
                    var once = Row(TenDays, "a", By("a", (0, p)), By("b", (3, q)));
                    var split = Row(TenDays, "a", By("a", (0, p), (day, p)), By("b", (3, q)));
                    foreach (var (key, score) in once.Scores)
                        Assert.Equal(score!.Value, split.Scores[key]!.Value, 9);
                }
            );

    [Fact]
    public void The_same_steps_in_any_order_give_the_same_bits() =>
        Gen.Select(Gen.Double[0.01, 0.99].Array[3, 12], Gen.Int[0, 1000])
            .Sample(
                (ps, seed) =>
                {
                    var timelines = ps.Select((p, i) => By($"f{i}", (i * 0.3, p), (5 + (i * 0.1), 1 - p))).ToArray();
                    var shuffled = timelines.Select(t => t with { Steps = [.. t.Steps.Reverse()] }).ToArray();
                    new Random(seed).Shuffle(shuffled);
                    var (a, b) = (
                        QuestionScoring.Score(RuleSet.Current, new ScoringInput(TenDays, timelines, [], [])),
                        QuestionScoring.Score(RuleSet.Current, new ScoringInput(TenDays, shuffled, [], []))
                    );
                    for (var i = 0; i < a.Count; i++)
                    {
                        Assert.Equal(a[i].Forecaster, b[i].Forecaster);
                        foreach (var (key, score) in a[i].Scores)
                            Assert.Equal(
                                score.HasValue ? BitConverter.DoubleToInt64Bits(score.Value) : -1,
                                b[i].Scores[key] is { } other ? BitConverter.DoubleToInt64Bits(other) : -1
                            );
                    }
                }
            );

    [Fact]
    public void The_honest_forecast_has_the_best_expected_brier_spherical_and_log_score() =>
        Gen.Select(Probabilities, Probabilities)
            .Where((p, q) => p.Length == q.Length)
            .Sample(
                (honest, other) =>
                {
                    double Expected(double[] stated, Func<double[], int, double> rule) => honest.Select((w, o) => w * rule(stated, o)).Sum();
                    Assert.True(Expected(honest, (p, o) => BrierScore.Of(p, o)) <= Expected(other, (p, o) => BrierScore.Of(p, o)) + 1e-12);
                    Assert.True(Expected(honest, (p, o) => OrderedBrierScore.Of(p, o)) <= Expected(other, (p, o) => OrderedBrierScore.Of(p, o)) + 1e-12);
                    Assert.True(Expected(honest, (p, o) => SphericalScore.Of(p, o)) >= Expected(other, (p, o) => SphericalScore.Of(p, o)) - 1e-12);
                    Assert.True(Expected(honest, (p, o) => LogarithmicScore.Of(p, o)) <= Expected(other, (p, o) => LogarithmicScore.Of(p, o)) + 1e-12);
                }
            );

    [Fact]
    public void Crps_of_a_uniform_distribution_is_what_the_integral_gives()
    {
        var uniform = new Prediction.Quantiles([new Quantile(0.5, 5)]);
        var range = new QuestionRange(0, 10, false, false);

        // ∫(x/10)² below 5 and ∫(x/10 − 1)² above: 125/300 each.
        Assert.Equal(250.0 / 300, DistributionRules.Crps(new StatedDistribution(uniform, range), 5), 12);
        Assert.Equal(0.005, new StatedDistribution(uniform, range).Probability(OutcomeBins.Of(range, QuestionType.Numeric).BinOf(3.01)), 12);
        Assert.Equal(0, DistributionRules.Pinball(uniform, 5), 12);
    }
}
