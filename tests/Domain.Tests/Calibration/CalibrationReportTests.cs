using CsCheck;
using Domain.Calibration;
using Domain.Statistics;

namespace Domain.Tests.Calibration;

/// <summary>Properties of calibration reports over random samples.</summary>
public sealed class CalibrationReportTests
{
    private static readonly DateTimeOffset Opening = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<(double P, bool Happened)[]> Forecasts = Gen.Select(Gen.Double[0, 1], Gen.Bool).Array[12, 60];

    private static CalibrationSample Sample(IEnumerable<(double P, bool Happened)> forecasts, int revisions = 1)
    {
        var builder = new CalibrationSampleBuilder();
        foreach (var (forecast, i) in forecasts.Select((f, i) => (f, i)))
        {
            builder.Add(
                $"q{i:000}",
                true,
                forecast.Happened ? 0 : 1,
                Enumerable
                    .Range(0, revisions)
                    .Select(r => new StandingProbabilities(Opening.AddHours(r), Opening.AddHours(r + 1), [forecast.P, 1 - forecast.P]))
            );
        }

        return builder.Build();
    }

    [Fact]
    public void The_score_is_miscalibration_less_discrimination_plus_uncertainty() =>
        Forecasts.Sample(forecasts =>
        {
            var curve = ReliabilityCurve.Fit(Sample(forecasts));
            var parts = ScoreDecomposition.Of(curve, DecomposedRule.Brier);
            Assert.Equal(forecasts.Average(f => Math.Pow(f.P - (f.Happened ? 1 : 0), 2)), parts.Score, 10);
            Assert.Equal(parts.Score, parts.Miscalibration - parts.Discrimination + parts.Uncertainty, 10);
            Assert.True(parts.Miscalibration >= -1e-12 && parts.Discrimination >= -1e-12);
        });

    [Fact]
    public void The_curve_never_falls_and_recalibrating_it_again_changes_nothing() =>
        Forecasts.Sample(forecasts =>
        {
            var calibrated = ReliabilityCurve.Fit(Sample(forecasts)).Calibrated.ToArray();
            Assert.Equal(calibrated.Order(), calibrated);
        });

    [Fact]
    public void A_hundred_revisions_of_a_question_move_the_band_no_more_than_one()
    {
        var forecasts = Enumerable.Range(0, 40).Select(i => ((i % 10 / 10.0) + 0.05, i % 3 == 0)).ToArray();

        var (once, often) = (CalibrationReport.Of(Sample(forecasts)), CalibrationReport.Of(Sample(forecasts, revisions: 100)));

        Assert.Equal(once.PValue, often.PValue);
        Assert.Equal(once.Curve, often.Curve);
    }

    [Fact]
    public void Too_few_questions_are_a_status_with_a_reason_and_no_number()
    {
        var report = CalibrationReport.Of(Sample([(0.5, true), (0.6, false)]));

        Assert.Equal(StatisticStatus.TooFewQuestions, report.Status);
        Assert.NotNull(report.Reason);
        Assert.Null(report.PValue);
        Assert.Null(report.Cox.Value);
    }

    [Fact]
    public void The_band_is_the_same_on_one_thread_as_on_two()
    {
        var sample = Sample(Enumerable.Range(0, 30).Select(i => ((i % 7 / 7.0) + 0.05, i % 2 == 0)));

        CalibrationReport On(int threads) =>
            CalibrationReport.Of(sample, new CalibrationReportOptions { Resampling = new ResamplingOptions { Threads = threads } });

        Assert.Equal(On(1).Curve, On(2).Curve);
    }

    [Fact]
    public void Where_a_threshold_parts_events_from_non_events_the_intercept_at_slope_one_is_given()
    {
        var report = CalibrationReport.Of(Sample(Enumerable.Range(0, 12).Select(i => (i < 6 ? 0.2 : 0.7, i >= 6))));

        Assert.Equal(StatisticStatus.PerfectSeparation, report.Cox.Status);
        // Half of them came true: the shift that makes the mean of both probabilities a half is that which makes the two logits opposite.
        Assert.Equal(-(Math.Log(0.25) + Math.Log(7.0 / 3)) / 2, report.CoxAtSlopeOne.Required.Value, 1e-9);
        Assert.Equal(0.45, report.InTheLarge!.MeanForecast, 12);
    }
}
