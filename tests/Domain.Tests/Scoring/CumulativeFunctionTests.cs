using Domain.Distributions;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;

namespace Domain.Tests.Scoring;

/// <summary>Forecasts that state a cumulative function point by point: ends of the support, flat stretches, steps, points beyond the range.</summary>
public sealed class CumulativeFunctionTests
{
    private static readonly QuestionRange Closed = new(0, 100, false, false);
    private static readonly QuestionRange Open = new(0, 100, true, true);

    [Fact]
    public void Levels_of_0_and_1_are_the_ends_of_the_support()
    {
        var uniform = Curve(Open, (0, 40), (1, 60));

        Assert.Equal((0, 0, 0.5, 1, 1), (uniform.At(0), uniform.At(40), uniform.At(50), uniform.At(60), uniform.At(100)));
        Assert.Equal(20.0 / 12, DistributionRules.Crps(uniform, 50), 12);
        Assert.Equal(0, uniform.Probability(Bin(Open, -5)), 12);
        Assert.Equal(0.5 / 20, uniform.Probability(Bin(Open, 50)), 12);
    }

    [Fact]
    public void Equal_levels_are_a_flat_stretch_and_equal_values_a_step()
    {
        var f = Curve(Closed, (0, 0), (0.25, 20), (0.25, 40), (0.5, 40), (0.5, 60), (0.5, 70), (1, 100));

        Assert.Equal((0.25, 0.25, 0.5, 0.5, 0.5), (f.At(20), f.At(30), f.At(40), f.At(55), f.At(70)));
        Assert.Equal(0.25, f.Before(40), 12);
        Assert.Equal(0.25, f.Probability(Bin(Closed, 40)), 12);
        Assert.Equal(20, f.Quantile(0.25), 12);
        Assert.Equal(40, f.Quantile(0.4), 12);
        Assert.Equal(40, f.Quantile(0.5), 12);

        // ∫ below 20 a third of 20·0.0625, flat to 40, flat at a half to 70, where the outcome lies, and from there 30·(0.25)/3.
        Assert.Equal((20 * 0.0625 / 3) + (20 * 0.0625) + (30 * 0.25) + (30 * 0.25 / 3), DistributionRules.Crps(f, 70), 12);
    }

    [Fact]
    public void A_single_point_leaves_the_rest_to_the_ends()
    {
        Assert.Equal(0.25, Curve(Closed, (0.5, 40)).At(20), 12);
        Assert.Equal((0.25, 0.75), (Curve(Open, (0.5, 40)).At(0), Curve(Open, (0.5, 40)).At(100)));
        Assert.Equal(1, Curve(Open, (1, 40)).At(40), 12);
        Assert.Equal(0, Curve(Open, (0, 40)).At(40), 12);
    }

    [Fact]
    public void Points_beyond_an_open_end_say_how_much_lies_there()
    {
        var f = Curve(Open, (0.1, -20), (0.3, 20), (0.9, 80), (0.95, 180));

        Assert.Equal(0.2, f.Probability(Bin(Open, -1)), 12);
        Assert.Equal(1 - 0.91, f.Probability(Bin(Open, 101)), 12);
        Assert.Equal(0.3 / 60, f.Probability(Bin(Open, 20)), 1e-2);

        // All of it below: what remains above the last point is half spread over the range, since that point lies below its end.
        var below = Curve(Open, (0.2, -50), (0.8, -10));
        Assert.Equal(0.8 + (0.1 * 10 / 110), below.Probability(Bin(Open, -1)), 12);
        Assert.Equal(0.1, below.Probability(Bin(Open, 101)), 12);
    }

    [Fact]
    public void What_lies_at_a_closed_end_lies_in_its_bin()
    {
        var f = Curve(Closed, (0.3, 0), (0.6, 100), (0.9, 100));

        Assert.Equal(0.3 + (0.3 / 200), f.Probability(Bin(Closed, 0)), 12);
        Assert.Equal(0.4 + (0.3 / 200), f.Probability(Bin(Closed, 100)), 12);
        Assert.Equal(100 * ((0.7 * 0.7) + (0.7 * 0.4) + (0.4 * 0.4)) / 3, DistributionRules.Crps(f, 0), 10);
    }

    [Fact]
    public void Quantile_loss_takes_each_level_strictly_between_0_and_1_once_at_its_least_value()
    {
        var stated = Points((0, 0), (0.25, 20), (0.25, 40), (0.5, 40), (0.5000000000000001, 60), (1, 100));

        Assert.Equal(((0.25 * 30) + (0.5 * 10)) / 2, DistributionRules.Pinball(stated, 50), 12);
        Assert.True(double.IsNaN(DistributionRules.Pinball(Points((0, 0), (1, 100)), 50)));
    }

    [Fact]
    public void Where_no_level_lies_between_0_and_1_the_quantile_loss_is_undefined_and_says_so()
    {
        var rows = Score(Closed, 50, ("ann", Points((0, 0), (1, 100))), ("bob", Points((0, 0), (0.5, 30), (1, 100))));

        Assert.Null(rows["ann"].Scores["pinball.final"]);
        Assert.Null(rows["ann"].Scores["pinball.timeAveraged"]);
        Assert.Contains("level strictly between 0 and 1", rows["ann"].Notes["pinball.dailyAveraged"], StringComparison.Ordinal);
        Assert.Equal(100.0 / 12, rows["ann"].Scores["crps.final"]!.Value, 12);
        Assert.Equal(10, rows["bob"].Scores["pinball.final"]!.Value, 12);

        // The consensus is asked for the one level that anybody states.
        Assert.NotNull(rows["consensus:median"].Scores["pinball.final"]);
    }

    [Theory]
    [InlineData(0.2, 0.6)]
    [InlineData(0.20000000000000004, 0.6000000000000001)]
    [InlineData(0.19999999999999998, 0.5999999999999999)]
    public void Levels_that_are_one_decimal_are_one_level_of_a_consensus(double low, double high)
    {
        var exact = Score(Closed, 33, ("ann", Points((0.2, 10), (0.6, 40), (0.9, 60))), ("bob", Points((0.2, 20), (0.6, 30), (0.9, 90))));
        var noisy = Score(Closed, 33, ("ann", Points((0.2, 10), (0.6, 40), (0.9, 60))), ("bob", Points((low, 20), (high, 30), (0.9, 90))));

        foreach (var (who, row) in exact)
        {
            foreach (var (key, score) in row.Scores)
                Assert.Equal(score!.Value, noisy[who].Scores[key]!.Value, 1e-9);
        }
    }

    private static OutcomeBin Bin(QuestionRange range, double y) => OutcomeBins.Of(range, QuestionType.Numeric).BinOf(y);

    private static Prediction.Quantiles Points(params (double Level, double Value)[] points) => new([.. points.Select(p => new Quantile(p.Level, p.Value))]);

    private static StatedDistribution Curve(QuestionRange range, params (double Level, double Value)[] points) => new(Points(points), range);

    private static Dictionary<string, ScoreRow> Score(QuestionRange range, double y, params (string Who, Prediction.Quantiles Says)[] said)
    {
        var opening = new DateTimeOffset(2024, 2, 1, 0, 0, 0, TimeSpan.Zero);
        return QuestionScoring
            .Score(
                RuleSet.Current,
                new ScoringInput(
                    new ResolvedQuestion(
                        "q",
                        QuestionType.Numeric,
                        0,
                        range,
                        opening,
                        opening.AddDays(10),
                        opening.AddDays(10),
                        null,
                        new OutcomeValue.Point(y),
                        null
                    ),
                    [.. said.Select(s => new ForecastTimeline(s.Who, ForecasterKind.Person, [new ForecastStep(opening, 0, s.Says)]))],
                    [],
                    []
                )
            )
            .ToDictionary(r => r.Forecaster);
    }
}
