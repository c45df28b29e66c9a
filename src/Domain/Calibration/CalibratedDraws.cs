using Domain.Statistics;

namespace Domain.Calibration;

/// <summary>Draws outcomes as if every forecast were calibrated, and fits the reliability curve to each draw in linear time.</summary>
internal sealed class CalibratedDraws
{
    private readonly int _questions;
    private readonly double[] _from;
    private readonly double[] _until;
    private readonly double[] _weights;
    private readonly int[] _of;
    private readonly int[] _ends;
    private readonly double[] _forecasts;
    private readonly double[] _groupWeights;
    private readonly double _weight;
    private readonly double _squares;
    private readonly int[] _places;

    /// <param name="sample">What was forecast.</param>
    /// <param name="places">At which different forecasts, rising, the fits are wanted.</param>
    public CalibratedDraws(CalibrationSample sample, int[] places)
    {
        var ordered = sample.Ordered;
        var n = sample.Count;
        _questions = sample.QuestionSlots;
        (_from, _until, _weights, _of) = (new double[n], new double[n], new double[n], new int[n]);
        for (var i = 0; i < n; i++)
        {
            var at = ordered.Order[i];
            _from[i] = sample.StartOf(at);
            _until[i] = _from[i] + sample.Forecasts[at];
            _weights[i] = sample.Weights[at];
            _of[i] = sample.Questions[at];
        }

        (_ends, _forecasts, _groupWeights, _weight, _places) = (ordered.Ends, ordered.Forecasts, ordered.Weights, ordered.Weight, places);
        var squares = new CompensatedSum();
        for (var group = 0; group < _forecasts.Length; group++) squares.Add(_groupWeights[group] * _forecasts[group] * _forecasts[group]);
        _squares = squares.Value;
    }

    public Buffers NewBuffers() => new(_questions, _forecasts.Length);

    /// <summary>The Brier miscalibration when of each group the weight given here happened.</summary>
    public double MiscalibrationOf(ReadOnlySpan<double> eventWeights)
    {
        var blocks = new PooledBlocks(_forecasts.Length);
        blocks.Pool(eventWeights, _groupWeights);
        return Miscalibration(eventWeights, blocks);
    }

    /// <summary>Makes one draw, writes its curve into column <paramref name="draw"/> of <paramref name="fits"/>, and returns its miscalibration.</summary>
    public double Draw(ulong stream, Buffers buffers, double[][] fits, int draw)
    {
        var uniforms = buffers.Uniforms;
        for (var question = 0; question < uniforms.Length; question++) uniforms[question] = CounterRandom.Uniform(stream, question);
        var sums = buffers.EventWeights;
        var i = 0;
        for (var group = 0; group < sums.Length; group++)
        {
            double happened = 0;
            for (var end = _ends[group]; i < end; i++)
            {
                var u = uniforms[_of[i]];

                // Without a branch: whether it holds is a coin toss.
                happened += _weights[i] * ((u >= _from[i] ? 1.0 : 0.0) * (u < _until[i] ? 1.0 : 0.0));
            }

            sums[group] = happened;
        }

        buffers.Blocks.Pool(sums, _groupWeights);
        var block = 0;
        for (var place = 0; place < _places.Length; place++)
        {
            while (buffers.Blocks.Ends[block] <= _places[place]) block++;
            fits[place][draw] = Math.Min(1, buffers.Blocks.MeanOf(block));
        }

        return Miscalibration(sums, buffers.Blocks);
    }

    // Σw[(x−y)² − (c−y)²]/Σw with y² = y gone: Σ(Wx² − 2xS) over groups and +Σc·S over blocks.
    private double Miscalibration(ReadOnlySpan<double> sums, PooledBlocks blocks)
    {
        double cross = 0, recalibrated = 0;
        for (var group = 0; group < sums.Length; group++) cross += _forecasts[group] * sums[group];
        for (var block = 0; block < blocks.Count; block++) recalibrated += blocks.MeanOf(block) * blocks.SumOf(block);
        return (_squares - 2 * cross + recalibrated) / _weight;
    }

    /// <summary>What one thread needs to make draws.</summary>
    internal sealed class Buffers(int questions, int groups)
    {
        public double[] Uniforms { get; } = new double[questions];

        public double[] EventWeights { get; } = new double[groups];

        public PooledBlocks Blocks { get; } = new(groups);
    }
}
