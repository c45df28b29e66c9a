using Domain.Calibration;

namespace Domain.Tests.Calibration;

/// <summary>A hundred revisions of one question are one question: they bring no more certainty than one.</summary>
public sealed class RevisionsAreNoQuestions
{
    private static readonly DateTimeOffset Opening = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Forty questions with one forecast each, in steps of 2.5 %; of the first the forecast wanders from 0.3 to 0.4 in so many equal stretches of time.
    private static CalibrationSample Sample(int stretches, double weightOfEach)
    {
        var builder = new CalibrationSampleBuilder();
        builder.Add(
            "first",
            true,
            0,
            Enumerable
                .Range(0, stretches)
                .Select(i => Stretch(Opening.AddHours(i), Opening.AddHours(i + 1), stretches == 1 ? 0.35 : 0.3 + (0.1 * i / (stretches - 1))))
        );
        for (var q = 1; q < 40; q++)
            builder.Add($"q{q:D2}", true, q % 3 == 0 ? 0 : 1, [Stretch(Opening, Opening.AddDays(1), q / 40.0)]);
        var sample = builder.Build();
        if (weightOfEach == 0)
            return sample;

        // As platforms do that count forecasts: each weighs one, and each is its own draw.
        return new CalibrationSample(
            sample.Forecasts.ToArray(),
            [.. Enumerable.Repeat(weightOfEach, sample.Count)],
            sample.Outcomes.ToArray(),
            [.. Enumerable.Range(0, sample.Count)]
        );
    }

    private static StandingProbabilities Stretch(DateTimeOffset from, DateTimeOffset to, double p) => new(from, to, [p, 1 - p]);

    private static (double Lower, double Upper) BandAt(CalibrationSample sample, double forecast)
    {
        var curve = ReliabilityCurve.Fit(sample);
        var band = ConsistencyBand.Simulate(sample, curve, [curve.Forecasts.BinarySearch(forecast)]);
        return (band.Lower[0], band.Upper[0]);
    }

    [Fact]
    public void Revising_a_question_a_hundred_times_moves_the_band_no_more_than_revising_it_once()
    {
        double worstOnce = 0,
            worstHundred = 0,
            worstCounted = 0;
        for (var q = 1; q < 40; q++)
        {
            var never = BandAt(Sample(1, 0), q / 40.0);
            worstOnce = Math.Max(worstOnce, Moved(never, BandAt(Sample(2, 0), q / 40.0)));
            worstHundred = Math.Max(worstHundred, Moved(never, BandAt(Sample(101, 0), q / 40.0)));
            worstCounted = Math.Max(worstCounted, Moved(never, BandAt(Sample(101, 1), q / 40.0)));
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"moved by one revision {worstOnce:0.0000}, by a hundred {worstHundred:0.0000}; were revisions questions {worstCounted:0.0000}"
        );
        Assert.True(worstHundred <= worstOnce + 0.005, $"One revision moves the band by {worstOnce}, a hundred by {worstHundred}.");
        Assert.True(worstHundred < 0.05, $"A hundred revisions move the band by {worstHundred}.");
        Assert.True(worstCounted > 0.15, $"Counting forecasts would move it by {worstCounted}: were it less, this test would show nothing.");
    }

    private static double Moved((double Lower, double Upper) a, (double Lower, double Upper) b) =>
        Math.Max(Math.Abs(a.Lower - b.Lower), Math.Abs(a.Upper - b.Upper));

    [Fact]
    public void The_questions_weight_and_the_calibration_in_the_large_stay_what_they_were()
    {
        var (once, hundred) = (Sample(2, 0), Sample(101, 0));

        Assert.Equal(40, once.Weight, 12);
        Assert.Equal(40, hundred.Weight, 12);
        Assert.Equal(CalibrationInTheLarge.Of(once).MeanForecast, CalibrationInTheLarge.Of(hundred).MeanForecast, 12);
        Assert.Equal(CalibrationInTheLarge.Of(once).Interval!.Value.Lower, CalibrationInTheLarge.Of(hundred).Interval!.Value.Lower, 12);
    }
}
