using CsCheck;
using Domain.Calibration;
using Domain.Statistics;

namespace Domain.Tests.Calibration;

/// <summary>A consistency band has the bits of its definition, however many draws are made at a time.</summary>
public sealed class BandBitsTests
{
    [Fact]
    public void Every_end_of_a_band_is_that_of_its_definition() =>
        Samples.Sample(
            drawn =>
            {
                var (sample, starts, draws, seed) = drawn;
                var curve = ReliabilityCurve.Fit(sample);
                var band = ConsistencyBand.Simulate(sample, curve, new ResamplingOptions { Draws = draws, Seed = seed });
                var (fits, miscalibrations) = PlainBand.Draw(sample, starts, draws, seed);

                var ends = Enumerable
                    .Range(0, band.Forecasts.Count)
                    .Select(place => fits.Select(f => f[place]).Order().ToArray())
                    .Select(f => (SampleQuantile.OfSorted(f, (1 - 0.95) / 2), SampleQuantile.OfSorted(f, 1 - ((1 - 0.95) / 2))));
                Assert.Equal(ends, band.Lower.Zip(band.Upper));

                // What was drawn is compared with what was seen up to rounding, so that a share of the draws is told.
                var observed = ScoreDecomposition.Of(curve, DecomposedRule.Brier).Miscalibration;
                if (miscalibrations.All(m => Math.Abs(m - (observed - 1e-12)) > 1e-14))
                    Assert.Equal((1.0 + miscalibrations.Count(m => m >= observed - 1e-12)) / (draws + 1.0), band.PValue);
            },
            iter: 300
        );

    private static readonly Gen<(CalibrationSample Sample, double[] Starts, int Draws, ulong Seed)> Samples =
        from questions in Gen.Int[1, 30]
        from cells in Gen.Select(
            Gen.OneOf(Gen.OneOf(Gen.Const(0.0), Gen.Const(-0.0), Gen.Const(0.25), Gen.Const(1.0)), Gen.Double[0, 1]),
            Gen.Double[0.01, 1],
            Gen.Bool,
            Gen.Int[0, questions - 1],
            Gen.Double[0, 1]
        ).Array[1, 80]
        from apart in Gen.Bool
        from draws in Gen.Int[1, 20]
        from seed in Gen.ULong
        let starts = Array.ConvertAll(cells, c => apart ? c.Item5 * (1 - c.Item1) : 0)
        select (
            new CalibrationSample(
                Array.ConvertAll(cells, c => c.Item1),
                Array.ConvertAll(cells, c => c.Item2),
                Array.ConvertAll(cells, c => c.Item3),
                Array.ConvertAll(cells, c => c.Item4),
                starts
            ),
            starts,
            draws,
            seed
        );
}
