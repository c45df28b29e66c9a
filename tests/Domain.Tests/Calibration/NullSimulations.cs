using Domain.Calibration;
using Domain.Comparison;
using Domain.Questions;
using Domain.Statistics;

namespace Domain.Tests.Calibration;

/// <summary>
/// What is said about uncertainty, tried where the truth is known: forecasters who are calibrated, pairs that are equally good, means that are given. Seeds are
/// fixed, so that a failure is a change of the code and no bad luck; at four thousand tries a size of 5 % is met within ±1 % by all but 0.4 % of seeds.
/// </summary>
public sealed class NullSimulations
{
    private const int Tries = 4000;

    private static double Share(int tries, Func<int, bool> holds) => Enumerable.Range(0, tries).AsParallel().Count(holds) / (double)tries;

    private static void IsSize(double share) => Assert.InRange(share, 0.04, 0.06);

    private static void IsCoverage(double share) => Assert.InRange(share, 0.93, 0.97);

    [Fact]
    public void Calibrated_forecasters_are_called_miscalibrated_one_time_in_twenty()
    {
        var resampling = new ResamplingOptions { Draws = 99, Threads = 1 };

        IsSize(
            Share(
                Tries,
                i =>
                {
                    var sample = CalibrationSample.Simulated(50, seed: (ulong)i + 1);
                    return ConsistencyBand.Simulate(sample, ReliabilityCurve.Fit(sample), resampling with { Seed = (ulong)i }).PValue <= 0.05;
                }
            )
        );
    }

    [Fact]
    public void So_are_calibrated_forecasters_of_questions_with_three_options()
    {
        var resampling = new ResamplingOptions { Draws = 99, Threads = 1 };

        IsSize(
            Share(
                Tries,
                i =>
                {
                    var sample = ThreeOptions(40, CounterRandom.Stream(7, i));
                    return ConsistencyBand.Simulate(sample, ReliabilityCurve.Fit(sample), resampling with { Seed = (ulong)i }).PValue <= 0.05;
                }
            )
        );
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.7)]
    public void The_band_holds_a_calibrated_forecasters_curve_nineteen_times_in_twenty(double at)
    {
        var resampling = new ResamplingOptions { Draws = 300, Threads = 1 };

        IsCoverage(
            Share(
                Tries / 2,
                i =>
                {
                    // A hundred and fifty different probabilities, one of them the one looked at, so that a fit takes many values.
                    var forecasts = new double[150];
                    var outcomes = new bool[forecasts.Length];
                    var stream = CounterRandom.Stream(11, i);
                    for (var q = 0; q < forecasts.Length; q++)
                    {
                        forecasts[q] = q == 0 ? at : CounterRandom.Uniform(stream, 2 * q);
                        outcomes[q] = CounterRandom.Uniform(stream, (2 * q) + 1) < forecasts[q];
                    }

                    var sample = CalibrationSample.OneForecastAQuestion(forecasts, outcomes);
                    var curve = ReliabilityCurve.Fit(sample);
                    var place = curve.Forecasts.BinarySearch(at);
                    var band = ConsistencyBand.Simulate(sample, curve, [place], resampling with { Seed = (ulong)i });
                    return band.Lower[0] <= curve.Calibrated[place] && curve.Calibrated[place] <= band.Upper[0];
                }
            )
        );
    }

    [Theory]
    [InlineData(15)]
    [InlineData(60)]
    public void Equally_good_forecasters_are_told_apart_one_time_in_twenty(int questions) =>
        IsSize(
            Share(
                Tries,
                i =>
                {
                    var stream = CounterRandom.Stream(13, i);
                    var differences = Enumerable.Range(0, questions).Select(q => Normal(stream, q) * (1 + (q % 3))).ToArray();
                    return SignFlipTest.Of(differences, flips: 999, seed: (ulong)i).TwoSided <= 0.05;
                }
            )
        );

    [Theory]
    [InlineData(12, 1)]
    [InlineData(40, 1)]
    [InlineData(90, 3)]
    public void The_bootstrap_interval_holds_the_true_mean_nineteen_times_in_twenty(int questions, int groupSize) =>
        IsCoverage(
            Share(
                Tries / 2,
                i =>
                {
                    // What hangs together within a group is half of the spread.
                    var stream = CounterRandom.Stream(17, i);
                    var groups = Enumerable.Range(0, questions).Select(q => q / groupSize).ToArray();
                    var values = Enumerable.Range(0, questions).Select(q => 3 + Normal(stream, q) + Normal(stream, 1000 + groups[q])).ToArray();
                    var interval = QuestionBootstrap.MeanInterval(values, groups, draws: 1000, seed: (ulong)i)!.Value;
                    return interval.Lower <= 3 && 3 <= interval.Upper;
                }
            )
        );

    [Fact]
    public void The_interval_of_a_pairs_difference_holds_the_truth_nineteen_times_in_twenty() =>
        IsCoverage(
            Share(
                Tries / 2,
                i =>
                {
                    // Brier scores of two forecasters, of whom one is off by a tenth: the expected difference is 0.1².
                    var stream = CounterRandom.Stream(19, i);
                    var scores = Enumerable
                        .Range(0, 50)
                        .Select(q =>
                        {
                            var chance = 0.15 + (0.7 * CounterRandom.Uniform(stream, 2 * q));
                            var y = CounterRandom.Uniform(stream, (2 * q) + 1) < chance ? 1 : 0;
                            var off = chance + (q % 2 == 0 ? 0.1 : -0.1);
                            return new PairedScore(new QuestionSlug($"q{q:D3}"), null, Math.Pow(off - y, 2), Math.Pow(chance - y, 2));
                        });
                    var interval = PairedComparison.Of(scores, draws: 1000, flips: 1, seed: (ulong)i).Interval!.Value;
                    return interval.Lower <= 0.01 && 0.01 <= interval.Upper;
                }
            )
        );

    [Fact]
    public void Calibration_in_the_large_Cox_and_Spiegelhalter_keep_their_levels()
    {
        var results = Enumerable
            .Range(0, Tries)
            .AsParallel()
            .Select(i =>
            {
                var sample = CalibrationSample.Simulated(150, seed: (ulong)i + 1_000_000);
                var large = CalibrationInTheLarge.Of(sample).Interval!.Value;
                var cox = CoxCalibration.Of(sample).Required;
                return (
                    Large: large.Lower <= 0 && 0 <= large.Upper,
                    Slope: cox.Slope.Interval.Lower <= 1 && 1 <= cox.Slope.Interval.Upper,
                    Intercept: cox.Intercept.Interval.Lower <= 0 && 0 <= cox.Intercept.Interval.Upper,
                    Spiegelhalter: SpiegelhalterTest.Of(sample).Required.PValue <= 0.05
                );
            })
            .ToList();

        IsCoverage(results.Count(r => r.Large) / (double)Tries);
        IsCoverage(results.Count(r => r.Slope) / (double)Tries);
        IsCoverage(results.Count(r => r.Intercept) / (double)Tries);
        IsSize(results.Count(r => r.Spiegelhalter) / (double)Tries);
    }

    private static CalibrationSample ThreeOptions(int questions, ulong stream)
    {
        var builder = new CalibrationSampleBuilder();
        for (var q = 0; q < questions; q++)
        {
            var cuts = new[] { CounterRandom.Uniform(stream, 3 * q), CounterRandom.Uniform(stream, (3 * q) + 1) };
            Array.Sort(cuts);
            var u = CounterRandom.Uniform(stream, (3 * q) + 2);
            builder.Add(
                $"q{q:D3}",
                false,
                u < cuts[0] ? 0
                    : u < cuts[1] ? 1
                    : 2,
                [new StandingProbabilities(default, default(DateTimeOffset).AddDays(1), [cuts[0], cuts[1] - cuts[0], 1 - cuts[1]])]
            );
        }

        return builder.Build();
    }

    private static double Normal(ulong stream, int index) => NormalDistribution.Quantile(Math.Max(CounterRandom.Uniform(stream, index), 1e-16));
}
