using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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
        for (var group = 0; group < _forecasts.Length; group++)
            squares.Add(_groupWeights[group] * _forecasts[group] * _forecasts[group]);
        _squares = squares.Value;
    }

    public Buffers NewBuffers() => new(_questions, _of.Length, _forecasts.Length);

    /// <summary>The Brier miscalibration, given the weight of each group's events that happened.</summary>
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
        for (var question = 0; question < uniforms.Length; question++)
            uniforms[question] = CounterRandom.Uniform(stream, question);
        Happen(uniforms, buffers.Happened);
        var sums = buffers.EventWeights;
        var i = 0;
        for (var group = 0; group < sums.Length; group++)
        {
            double happened = 0;
            for (var end = _ends[group]; i < end; i++)
                happened += buffers.Happened[i];
            sums[group] = happened;
        }

        buffers.Blocks.Pool(sums, _groupWeights);
        var block = 0;
        for (var place = 0; place < _places.Length; place++)
        {
            while (buffers.Blocks.Ends[block] <= _places[place])
                block++;
            fits[place][draw] = Math.Min(1, buffers.Blocks.MeanOf(block));
        }

        return Miscalibration(sums, buffers.Blocks);
    }

    // The weight of each statement whose event happens, else 0. Four at a time and without a branch, since no processor can predict random outcomes.
    private void Happen(double[] uniforms, double[] happened)
    {
        ref var from = ref MemoryMarshal.GetArrayDataReference(_from);
        ref var until = ref MemoryMarshal.GetArrayDataReference(_until);
        ref var weights = ref MemoryMarshal.GetArrayDataReference(_weights);
        ref var results = ref MemoryMarshal.GetArrayDataReference(happened);
        var i = 0;
        for (; i <= _of.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            var u = Vector256.Create(uniforms[_of[i]], uniforms[_of[i + 1]], uniforms[_of[i + 2]], uniforms[_of[i + 3]]);
            var holds =
                Vector256.GreaterThanOrEqual(u, Vector256.LoadUnsafe(ref from, (nuint)i)) & Vector256.LessThan(u, Vector256.LoadUnsafe(ref until, (nuint)i));
            Vector256.ConditionalSelect(holds, Vector256.LoadUnsafe(ref weights, (nuint)i), Vector256<double>.Zero).StoreUnsafe(ref results, (nuint)i);
        }

        for (; i < _of.Length; i++)
        {
            var u = uniforms[_of[i]];
            happened[i] = u >= _from[i] && u < _until[i] ? _weights[i] : 0;
        }
    }

    // Σw[(x−y)² − (c−y)²]/Σw with y² = y gone: Σ(Wx² − 2xS) over groups and +Σc·S over blocks.
    private double Miscalibration(ReadOnlySpan<double> sums, PooledBlocks blocks)
    {
        double cross = 0,
            recalibrated = 0;
        for (var group = 0; group < sums.Length; group++)
            cross += _forecasts[group] * sums[group];
        for (var block = 0; block < blocks.Count; block++)
            recalibrated += blocks.MeanOf(block) * blocks.SumOf(block);
        return (_squares - 2 * cross + recalibrated) / _weight;
    }

    /// <summary>The arrays that one thread needs to make draws.</summary>
    internal sealed class Buffers(int questions, int statements, int groups)
    {
        public double[] Uniforms { get; } = new double[questions];

        public double[] Happened { get; } = new double[statements];

        public double[] EventWeights { get; } = new double[groups];

        public PooledBlocks Blocks { get; } = new(groups);
    }
}
