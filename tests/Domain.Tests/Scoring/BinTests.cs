using Domain.Forecasts;
using Domain.Questions;
using Domain.Scoring.Rules;

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
        Assert.Equal(0.1, forecast.BinProbability(-1), 12);
        Assert.Equal(0.005, forecast.BinProbability(0), 12);
        Assert.Equal(0.005, forecast.BinProbability(0.5), 12);
        Assert.Equal(0.01, forecast.BinProbability(100), 12);
        Assert.Equal(0.2, forecast.BinProbability(101), 12);
        Assert.Equal(0.05, StatedDistribution.ReferenceProbability(range, 101), 12);
        Assert.Equal(0.9 / 200, StatedDistribution.ReferenceProbability(range, 100), 12);
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
            Assert.True(new StatedDistribution(forecast, new QuestionRange(min, max, false, false)).BinProbability(outcome) > 0.8, $"{outcome} of {min} to {max}");
        }
    }

    [Fact]
    public void What_is_stated_to_lie_at_an_open_lower_end_lies_in_the_first_bin()
    {
        var forecast = new StatedDistribution(new Prediction.Quantiles([new Quantile(0.1, 0), new Quantile(0.4, 0), new Quantile(0.6, 50)]), new QuestionRange(0, 100, true, false));

        Assert.Equal(0.1, forecast.BinProbability(-1), 12);
        Assert.Equal(0.3 + (0.2 / 100), forecast.BinProbability(0.2), 12);
    }
}
