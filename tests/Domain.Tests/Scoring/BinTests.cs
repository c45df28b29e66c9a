using System.Globalization;
using CsCheck;
using Domain.Distributions;
using Domain.Forecasts;
using Domain.Questions;

namespace Domain.Tests.Scoring;

/// <summary>In which of the 200 bins of a range an outcome and a stated probability lie: right-closed, the first closed at both ends.</summary>
public sealed class BinTests
{
    [Fact]
    public void An_outcome_at_the_lower_end_lies_in_the_first_bin_and_beyond_an_open_end_in_that_beyond()
    {
        var range = new QuestionRange(0, 100, true, true);
        var forecast = new StatedDistribution(new Prediction.Quantiles([new Quantile(0.2, 10), new Quantile(0.6, 90)]), range);

        // Half of 0.2 is spread over twenty bins below 10, half lies below 0; half of 0.4 likewise above.
        Assert.Equal(0.1, forecast.Probability(Bin(range, -1)), 12);
        Assert.Equal(0.005, forecast.Probability(Bin(range, 0)), 12);
        Assert.Equal(0.005, forecast.Probability(Bin(range, 0.5)), 12);
        Assert.Equal(0.01, forecast.Probability(Bin(range, 100)), 12);
        Assert.Equal(0.2, forecast.Probability(Bin(range, 101)), 12);
        Assert.Equal(0.05, OutcomeBins.Of(range, QuestionType.Numeric).ReferenceProbability(Bin(range, 101)), 12);
        Assert.Equal(0.9 / 200, OutcomeBins.Of(range, QuestionType.Numeric).ReferenceProbability(Bin(range, 100)), 12);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 73)]
    [InlineData(0, 5)]
    public void An_outcome_on_the_edge_of_two_bins_lies_in_the_lower_one(int min, int max)
    {
        for (var edge = 1; edge < 200; edge++)
        {
            var outcome = (double)(min + ((decimal)edge * (max - min) / 200));
            var below = (double)(min + ((edge - 0.5m) * (max - min) / 200));
            var forecast = new Prediction.Quantiles([new Quantile(0.1, below), new Quantile(0.9, outcome)]);
            var range = new QuestionRange(min, max, false, false);
            Assert.True(new StatedDistribution(forecast, range).Probability(Bin(range, outcome)) > 0.8, $"{outcome} of {min} to {max}");
        }
    }

    [Fact]
    public void What_is_stated_to_lie_at_an_open_lower_end_lies_in_the_first_bin()
    {
        var range = new QuestionRange(0, 100, true, false);
        var forecast = new StatedDistribution(new Prediction.Quantiles([new Quantile(0.1, 0), new Quantile(0.4, 0), new Quantile(0.6, 50)]), range);

        Assert.Equal(0.1, forecast.Probability(Bin(range, -1)), 12);
        Assert.Equal(0.3 + (0.2 / 100), forecast.Probability(Bin(range, 0.2)), 12);
    }

    [Theory]
    [InlineData(-10, 10, -3.9, -4.0)]
    [InlineData(3.3, 5.3, 3.35, 3.34)]
    [InlineData(-0.7, 0.3, 0.205, 0.2)]
    [InlineData(1.1e30, 3.1e30, 1.23e30, 1.22e30)]
    [InlineData(-2e-25, 2e-25, -1.86e-25, -1.88e-25)]
    [InlineData(-1.7e308, 1.7e308, -1.683e308, -1.7e308)]
    public void An_outcome_at_the_decimal_of_an_edge_is_on_it(double min, double max, double outcome, double below)
    {
        var range = new QuestionRange(min, max, false, false);
        var forecast = new StatedDistribution(new Prediction.Quantiles([new Quantile(0.1, below), new Quantile(0.9, outcome)]), range);
        var bin = Bin(range, outcome);

        Assert.Equal(outcome, bin.Upper);
        if (below > min)
            Assert.Equal(0.8, forecast.Probability(bin), 12);
        if (bin.Index < OutcomeBins.Count - 1)
            Assert.Equal(bin.Index + 1, Bin(range, outcome + ((max / 400) - (min / 400))).Index);
    }

    [Fact]
    public void Every_edge_of_a_range_in_decimals_is_the_double_that_its_decimal_is_read_as() =>
        (
            from min in Gen.Int[-100_000, 100_000]
            from width in Gen.Int[1, 100_000]
            from places in Gen.Int[0, 6]
            from edge in Gen.Int[1, 199]
            select (min, width, places, edge)
        ).Sample(x =>
        {
            var unit = (decimal)Math.Pow(10, -x.places);
            var (min, max) = (x.min * unit, (x.min + x.width) * unit);
            var outcome = double.Parse((min + ((max - min) * x.edge / 200)).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            var range = new QuestionRange((double)min, (double)max, false, false);

            Assert.Equal(outcome, OutcomeBins.Of(range, QuestionType.Numeric).Edge(x.edge));
            Assert.Equal(x.edge - 1, Bin(range, outcome).Index);
        });

    [Fact]
    public void Arithmetic_noise_beyond_fifteen_digits_moves_no_outcome_and_no_step_across_an_edge()
    {
        var range = new QuestionRange(0, 1, false, false);
        var noisy = 0.1 + 0.2;
        var step = new StatedDistribution(new Prediction.Quantiles([new Quantile(0.2, noisy), new Quantile(0.7, noisy)]), range);

        Assert.NotEqual(0.3, noisy);
        Assert.Equal(Bin(range, 0.3), Bin(range, noisy));
        Assert.Equal(0.7, step.At(0.3), 12);
        Assert.True(step.Probability(Bin(range, 0.3)) > 0.5);
    }

    [Fact]
    public void An_instant_of_a_date_question_is_on_an_edge_to_the_microsecond()
    {
        // Two hundred bins of 7 hours and 12 minutes each; no edge but every tenth is a short decimal of days.
        var opens = new DateTimeOffset(2031, 5, 3, 7, 0, 0, TimeSpan.Zero);
        var range = new QuestionRange((opens - DateTimeOffset.UnixEpoch).TotalDays, (opens.AddDays(60) - DateTimeOffset.UnixEpoch).TotalDays, false, false);
        var bins = OutcomeBins.Of(range, QuestionType.Date);
        for (var edge = 1; edge < 200; edge++)
        {
            var at = opens + (edge * TimeSpan.FromMinutes(432));
            Assert.Equal(edge - 1, bins.BinOf((at - DateTimeOffset.UnixEpoch).TotalDays).Index);
            Assert.Equal(edge, bins.BinOf((at.AddMicroseconds(1) - DateTimeOffset.UnixEpoch).TotalDays).Index);
        }
    }

    private static OutcomeBin Bin(QuestionRange range, double outcome) => OutcomeBins.Of(range, QuestionType.Numeric).BinOf(outcome);
}
