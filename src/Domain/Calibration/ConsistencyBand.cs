using Domain.Statistics;

namespace Domain.Calibration;

/// <summary>
/// Where the reliability curve of a calibrated forecaster would lie, who made the same forecasts on the same questions at the same times, and how
/// often such a forecaster would look at least as miscalibrated.
/// </summary>
/// <remarks>
/// Each draw gives every question one uniform number u, and a statement's event happens when u falls into the statement's slice of [0, 1), which
/// is as long as the stated probability. All statements on a question share the u, so a revised question brings no more news than an
/// unrevised one. A binary question's slices start at 0: y = 1{u &lt; x}. The options of a multiple-choice question lie side by side in the
/// question's order (the inverse of the cumulative distribution over the options), so that exactly one of them comes true.
/// Source of consistency bands: Bröcker and Smith, "Increasing the reliability of reliability diagrams" (Weather and Forecasting 22, 2007);
/// of the p-value: Davison and Hinkley, "Bootstrap methods and their application" (1997), 4.2.
/// </remarks>
public sealed class ConsistencyBand
{
    private ConsistencyBand(double[] forecasts, double[] lower, double[] upper, double pValue, int draws)
    {
        (Forecasts, Lower, Upper, PValue, Draws) = (forecasts, lower, upper, pValue, draws);
    }

    /// <summary>The forecasts at which the band was taken, rising.</summary>
    public IReadOnlyList<double> Forecasts { get; }

    /// <summary>The band's lower end at each of <see cref="Forecasts"/>, pointwise.</summary>
    public IReadOnlyList<double> Lower { get; }

    /// <summary>The band's upper end at each of <see cref="Forecasts"/>, pointwise.</summary>
    public IReadOnlyList<double> Upper { get; }

    /// <summary>(1 + draws whose Brier miscalibration is no less than the observed one)/(draws + 1), in (0, 1].</summary>
    public double PValue { get; }

    /// <summary>How many draws stand behind the band.</summary>
    public int Draws { get; }

    /// <summary>Simulates the band at every different forecast of the curve.</summary>
    public static ConsistencyBand Simulate(CalibrationSample sample, ReliabilityCurve curve, ResamplingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(curve);
        var all = new int[curve.Forecasts.Length];
        for (var i = 0; i < all.Length; i++)
            all[i] = i;
        return Simulate(sample, curve, all, options);
    }

    /// <summary>Simulates the band at some of the curve's forecasts, given by their rising places in <see cref="ReliabilityCurve.Forecasts"/>.</summary>
    public static ConsistencyBand Simulate(CalibrationSample sample, ReliabilityCurve curve, ReadOnlySpan<int> places, ResamplingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(curve);
        options ??= new ResamplingOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Draws, 1);
        var simulation = new CalibratedDraws(sample, places.ToArray());
        var observed = simulation.MiscalibrationOf(curve.Ordered.EventWeights);
        var fits = new double[places.Length][];
        for (var i = 0; i < fits.Length; i++)
            fits[i] = new double[options.Draws];
        var miscalibration = new double[options.Draws];
        Parallel.For(
            0,
            (options.Draws + CalibratedDraws.AtOnce - 1) / CalibratedDraws.AtOnce,
            new ParallelOptions { MaxDegreeOfParallelism = simulation.Threads(options.Threads) },
            simulation.NewBuffers,
            (part, _, buffers) =>
            {
                simulation.Draw(options.Seed, part * CalibratedDraws.AtOnce, buffers, fits, miscalibration);
                return buffers;
            },
            _ => { }
        );

        // What equals the observed up to rounding counts as being as miscalibrated.
        var threshold = observed - 1e-12;
        var asMiscalibrated = 0;
        foreach (var value in miscalibration)
            asMiscalibrated += value >= threshold ? 1 : 0;

        var (forecasts, lower, upper) = (new double[places.Length], new double[places.Length], new double[places.Length]);
        var tail = (1 - options.Confidence) / 2;
        for (var i = 0; i < places.Length; i++)
            forecasts[i] = curve.Forecasts[places[i]];
        Parallel.For(
            0,
            fits.Length,
            new ParallelOptions { MaxDegreeOfParallelism = options.Threads },
            i =>
            {
                Array.Sort(fits[i]);
                lower[i] = SampleQuantile.OfSorted(fits[i], tail);
                upper[i] = SampleQuantile.OfSorted(fits[i], 1 - tail);
            }
        );
        return new ConsistencyBand(forecasts, lower, upper, (1.0 + asMiscalibrated) / (options.Draws + 1.0), options.Draws);
    }
}
