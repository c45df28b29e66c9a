using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Domain.Statistics;

namespace Domain.Calibration;

/// <summary>Draws outcomes as if every forecast were calibrated, and fits the reliability curve to each draw in linear time.</summary>
internal sealed class CalibratedDraws
{
    /// <summary>How many draws are made at a time: a question's numbers are then one line of the processor's memory.</summary>
    public const int AtOnce = 8;

    // The buffers of all threads take no more than so many bytes, unless those of a single one do.
    private const long MostBytes = 256 << 20;

    private readonly int _questions;
    private readonly double[]? _from;
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
        (_weights, _of) = (new double[n], new int[n]);
        for (var i = 0; i < n; i++)
        {
            var at = ordered.Order[i];
            _weights[i] = sample.Weights[at];
            _of[i] = sample.Questions[at];
            if (sample.StartOf(at) == 0)
                continue;
            _from ??= new double[n];
            _from[i] = sample.StartOf(at);
        }

        (_ends, _forecasts, _groupWeights, _weight, _places) = (ordered.Ends, ordered.Forecasts, ordered.Weights, ordered.Weight, places);
        var squares = new CompensatedSum();
        for (var group = 0; group < _forecasts.Length; group++)
            squares.Add(_groupWeights[group] * _forecasts[group] * _forecasts[group]);
        _squares = squares.Value;
    }

    /// <summary>How many of the threads that may work do, so that their buffers stay within bounds on a machine of many.</summary>
    /// <param name="allowed">−1 for as many as there are.</param>
    public int Threads(int allowed)
    {
        var most = (int)Math.Clamp(MostBytes / Math.Max(1, Buffers.Bytes(_questions, _forecasts.Length)), 1, int.MaxValue);
        return allowed < 0 ? most : Math.Min(allowed, most);
    }

    public Buffers NewBuffers() => new(_questions, _forecasts.Length);

    /// <summary>The Brier miscalibration, given the weight of each group's events that happened.</summary>
    public double MiscalibrationOf(ReadOnlySpan<double> eventWeights)
    {
        var blocks = new PooledBlocks(_forecasts.Length);
        blocks.Pool(eventWeights, _groupWeights);
        return Miscalibration(eventWeights, blocks);
    }

    /// <summary>
    /// Makes up to <see cref="AtOnce"/> draws, writes their curves into their columns of <paramref name="fits"/>, and their miscalibrations.
    /// </summary>
    /// <param name="seed">Decides the draws.</param>
    /// <param name="first">The number of the first draw.</param>
    /// <param name="buffers">The calling thread's.</param>
    /// <param name="fits">By place and draw, the fits.</param>
    /// <param name="miscalibrations">By draw.</param>
    public void Draw(ulong seed, int first, Buffers buffers, double[][] fits, double[] miscalibrations)
    {
        Span<ulong> streams = stackalloc ulong[AtOnce];
        for (var lane = 0; lane < AtOnce; lane++)
            streams[lane] = CounterRandom.Stream(seed, first + lane);
        // Question by question, as they lie: draw by draw every number would be a miss of the processor's memory.
        for (var question = 0; question < _questions; question++)
        {
            for (var lane = 0; lane < AtOnce; lane++)
                buffers.Uniforms[(question * AtOnce) + lane] = CounterRandom.Uniform(streams[lane], question);
        }

        Happen(buffers.Uniforms, buffers.EventWeights);
        for (var lane = 0; lane < AtOnce && first + lane < miscalibrations.Length; lane++)
        {
            var sums = buffers.EventWeights.AsSpan(lane * _forecasts.Length, _forecasts.Length);
            buffers.Blocks.Pool(sums, _groupWeights);
            var block = 0;
            for (var place = 0; place < _places.Length; place++)
            {
                while (buffers.Blocks.Ends[block] <= _places[place])
                    block++;
                fits[place][first + lane] = Math.Min(1, buffers.Blocks.MeanOf(block));
            }

            miscalibrations[first + lane] = Miscalibration(sums, buffers.Blocks);
        }
    }

    // By draw and group, the weight of the statements whose events happen. Without a branch, since no processor can predict random outcomes. A statement that
    // begins at 0 ends where its forecast is, which its whole group shares.
    private void Happen(double[] uniforms, double[] sums)
    {
        ref var drawn = ref MemoryMarshal.GetArrayDataReference(uniforms);
        var (i, groups) = (0, _forecasts.Length);
        for (var group = 0; group < groups; group++)
        {
            Vector256<double> low = default,
                high = default;
            var until = Vector256.Create(_forecasts[group]);
            for (var end = _ends[group]; i < end; i++)
            {
                var at = (nuint)(_of[i] * AtOnce);
                var (u, v) = (Vector256.LoadUnsafe(ref drawn, at), Vector256.LoadUnsafe(ref drawn, at + 4));
                var weight = Vector256.Create(_weights[i]);
                if (_from is null)
                {
                    low += Vector256.LessThan(u, until) & weight;
                    high += Vector256.LessThan(v, until) & weight;
                }
                else
                {
                    var (from, to) = (Vector256.Create(_from[i]), Vector256.Create(_from[i] + _forecasts[group]));
                    low += Vector256.GreaterThanOrEqual(u, from) & Vector256.LessThan(u, to) & weight;
                    high += Vector256.GreaterThanOrEqual(v, from) & Vector256.LessThan(v, to) & weight;
                }
            }

            for (var lane = 0; lane < 4; lane++)
            {
                sums[(lane * groups) + group] = low[lane];
                sums[((lane + 4) * groups) + group] = high[lane];
            }
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
    internal sealed class Buffers(int questions, int groups)
    {
        /// <summary>What they take, in bytes.</summary>
        public static long Bytes(int questions, int groups) => sizeof(double) * AtOnce * ((long)questions + groups) + PooledBlocks.Bytes * (long)groups;

        /// <summary>By question and draw, the number drawn.</summary>
        public double[] Uniforms { get; } = new double[questions * AtOnce];

        /// <summary>By draw and group, the weight of what happened.</summary>
        public double[] EventWeights { get; } = new double[groups * AtOnce];

        public PooledBlocks Blocks { get; } = new(groups);
    }
}
