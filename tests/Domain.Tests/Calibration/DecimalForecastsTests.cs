using Domain.Calibration;

namespace Domain.Tests.Calibration;

/// <summary>Forecasts are the decimals that somebody wrote, whatever arithmetic left of them.</summary>
public sealed class DecimalForecastsTests
{
    [Theory]
    [InlineData(0.1 + 0.2, 0.3)]
    [InlineData(1 - 0.9, 0.1)]
    [InlineData(0.7000000000000001, 0.7)]
    [InlineData(0.7 - 1e-16, 0.7)]
    public void A_forecast_on_the_edge_of_a_bin_is_on_it(double noisy, double edge)
    {
        var bins = ReliabilityBins.EqualWidth(10);
        var sample = CalibrationSample.OneForecastAQuestion([noisy, edge], [true, false]);

        Assert.NotEqual(noisy, edge);
        Assert.Equal(bins.IndexOf(edge), bins.IndexOf(noisy));
        Assert.Equal(2, Assert.Single(BinnedReliability.Of(sample, bins).Bins, b => b.Statements > 0).Statements);
        Assert.Equal(2, Assert.Single(SharpnessHistogram.Of(sample, bins), b => b.Weight > 0).Weight);
    }

    [Fact]
    public void Forecasts_of_one_decimal_are_one_point_of_the_curve()
    {
        var opening = new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var sample = new CalibrationSampleBuilder();
        sample.Add("a", isBinary: true, 0, [new StandingProbabilities(opening, opening.AddDays(1), [0.1 + 0.2, 0.7])]);
        sample.Add("b", isBinary: true, 1, [new StandingProbabilities(opening, opening.AddDays(1), [0.3, 0.7])]);

        Assert.Equal([0.3], ReliabilityCurve.Fit(sample.Build()).Forecasts.ToArray());
    }
}
