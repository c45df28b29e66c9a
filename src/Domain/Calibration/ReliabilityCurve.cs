namespace Domain.Calibration;

/// <summary>An interval of forecasts that the data do not distinguish.</summary>
/// <param name="From">The lowest forecast in it.</param>
/// <param name="To">The highest forecast in it.</param>
/// <param name="Weight">The weight of its statements.</param>
/// <param name="Calibrated">How often, by weight, their events happened: what the forecasts should have said.</param>
public readonly record struct ReliabilityBlock(double From, double To, double Weight, double Calibrated);

/// <summary>
/// The CORP reliability curve: the isotonic regression of what happened on what was forecast. It needs no bins. Of all ways to
/// recalibrate that keep the order of the forecasts, it is the best under every proper score. Source: Dimitriadis, Gneiting and Jordan, "Stable
/// reliability diagrams for probabilistic classifiers" (PNAS 118, 2021).
/// </summary>
public sealed class ReliabilityCurve
{
    private readonly double[] _calibrated;

    private ReliabilityCurve(OrderedStatements ordered)
    {
        Ordered = ordered;
        var pooled = new PooledBlocks(ordered.Forecasts.Length);
        pooled.Pool(ordered.EventWeights, ordered.Weights);
        _calibrated = new double[ordered.Forecasts.Length];
        var blocks = new ReliabilityBlock[pooled.Count];
        BlockEventWeights = new double[pooled.Count];
        BlockEnds = pooled.Ends[..pooled.Count];
        var from = 0;
        for (var block = 0; block < blocks.Length; block++)
        {
            var to = BlockEnds[block];

            // A weighted mean of zeros and ones may round past one.
            var calibrated = Math.Min(1, pooled.MeanOf(block));
            _calibrated.AsSpan(from, to - from).Fill(calibrated);
            blocks[block] = new ReliabilityBlock(ordered.Forecasts[from], ordered.Forecasts[to - 1], pooled.WeightOf(block), calibrated);
            BlockEventWeights[block] = pooled.SumOf(block);
            from = to;
        }

        Blocks = blocks;
    }

    /// <summary>The different forecasts, rising.</summary>
    public ReadOnlySpan<double> Forecasts => Ordered.Forecasts;

    /// <summary>The weight behind each of <see cref="Forecasts"/>.</summary>
    public ReadOnlySpan<double> Weights => Ordered.Weights;

    /// <summary>The recalibrated probability for each of <see cref="Forecasts"/>, never falling.</summary>
    public ReadOnlySpan<double> Calibrated => _calibrated;

    /// <summary>The intervals on which the curve is flat, rising.</summary>
    public IReadOnlyList<ReliabilityBlock> Blocks { get; }

    /// <summary>How often, by weight, the events happened.</summary>
    public double BaseRate => Math.Min(1, Ordered.EventWeight / Ordered.Weight);

    internal OrderedStatements Ordered { get; }

    internal double[] BlockEventWeights { get; }

    internal int[] BlockEnds { get; }

    /// <summary>Fits the curve, in O(n log n).</summary>
    /// <exception cref="ArgumentException">The sample is empty.</exception>
    public static ReliabilityCurve Fit(CalibrationSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        if (sample.Count == 0)
            throw new ArgumentException("A curve needs a statement.", nameof(sample));
        return new ReliabilityCurve(sample.Ordered);
    }

    /// <summary>The curve at any forecast: linear between the forecasts that were made, flat beyond them.</summary>
    public double CalibratedAt(double forecast)
    {
        var at = Array.BinarySearch(Ordered.Forecasts, forecast);
        if (at >= 0)
            return _calibrated[at];
        var above = ~at;
        if (above == 0)
            return _calibrated[0];
        if (above == _calibrated.Length)
            return _calibrated[^1];
        double low = Ordered.Forecasts[above - 1],
            high = Ordered.Forecasts[above];
        return _calibrated[above - 1] + (_calibrated[above] - _calibrated[above - 1]) * (forecast - low) / (high - low);
    }
}
