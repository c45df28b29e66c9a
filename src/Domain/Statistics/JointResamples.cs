using System.Runtime.CompilerServices;

namespace Domain.Statistics;

/// <summary>A statistic that is a sum over the drawn units, divided by another one.</summary>
/// <param name="Numerators">By unit, what is summed.</param>
/// <param name="Denominators">By unit, what the sum is divided by; null for 1 a unit, so that it is the mean.</param>
internal readonly record struct ResampledRatio(double[] Numerators, double[]? Denominators = null)
{
    /// <summary>How many units there are.</summary>
    public int Units => Numerators.Length;
}

/// <summary>
/// Resamples many statistics at once. Which units a draw has depends on their number alone (<see cref="QuestionBootstrap"/>), so all that have equally many
/// units share the draws. Each gets to the bit what it would alone. The memory beside the values is two megabytes a thread and the resampled values of a few.
/// </summary>
internal static class JointResamples
{
    // So many draws are summed side by side, so that no addition waits for the one before it.
    private const int DrawsAtOnce = 8;

    // The units drawn are kept for so many turns of the draws. A column that is summed over them stays in the processor's memory meanwhile.
    private const int TurnsAtOnce = 65_536;

    // The resampled values of so many are held at a time.
    private const int RatiosAtOnce = 64;

    // Fewer units are not worth a second thread for their draws.
    private const int Many = 2_048;

    /// <summary>Makes every ratio's resampled values, one a draw, in the order of the draws, and hands each over with the place of its ratio, once.</summary>
    /// <param name="ratios">What is resampled, each with one unit or more.</param>
    /// <param name="draws">How many resamples.</param>
    /// <param name="seed">Decides the resamples.</param>
    /// <param name="threads">How many threads may work; −1 for as many as there are. It changes no number.</param>
    /// <param name="take">Takes the values of a ratio; called on several threads.</param>
    public static void Replicate(IReadOnlyList<ResampledRatio> ratios, int draws, ulong seed, int threads, Action<int, double[]> take)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads };
        var one = new ParallelOptions { MaxDegreeOfParallelism = 1 };
        var alike = ratios.Index().GroupBy(r => r.Item.Units).SelectMany(r => r.Chunk(RatiosAtOnce)).Select(r => new Alike(r)).ToList();
        Parallel.ForEach(alike.Where(a => a.Units < Many), parallel, few => few.Replicate(draws, seed, one, take));
        foreach (var many in alike.Where(a => a.Units >= Many))
            many.Replicate(draws, seed, parallel, take);
    }

    /// <summary>Ratios with equally many units, and the different columns that they are made of.</summary>
    private sealed class Alike
    {
        private readonly (int Place, ResampledRatio Ratio)[] _ratios;
        private readonly Dictionary<double[], int> _columns = new(ReferenceEqualityComparer.Instance);

        public Alike((int Place, ResampledRatio Ratio)[] ratios)
        {
            _ratios = ratios;
            foreach (var (_, (numerators, denominators)) in ratios)
            {
                _columns.TryAdd(numerators, _columns.Count);
                if (denominators is not null)
                    _columns.TryAdd(denominators, _columns.Count);
            }
        }

        public int Units => _ratios[0].Ratio.Units;

        public void Replicate(int draws, ulong seed, ParallelOptions parallel, Action<int, double[]> take)
        {
            // By column and draw. There is room for a last part that is whole.
            var room = (draws + DrawsAtOnce - 1) / DrawsAtOnce * DrawsAtOnce;
            var sums = _columns.Keys.Select(_ => new double[room]).ToArray();
            Parallel.For(
                0,
                room / DrawsAtOnce,
                parallel,
                () => new int[Math.Min(Units, TurnsAtOnce) * DrawsAtOnce],
                (part, _, drawn) =>
                {
                    Sum(part * DrawsAtOnce, seed, drawn, sums);
                    return drawn;
                },
                _ => { }
            );
            Parallel.ForEach(
                _ratios,
                parallel,
                ratio =>
                {
                    var above = sums[_columns[ratio.Ratio.Numerators]];
                    var below = ratio.Ratio.Denominators is { } denominators ? sums[_columns[denominators]] : null;
                    var replicates = new double[draws];
                    for (var draw = 0; draw < draws; draw++)
                        replicates[draw] = above[draw] / (below is null ? Units : below[draw]);
                    take(ratio.Place, replicates);
                }
            );
        }

        private void Sum(int draw, ulong seed, int[] drawn, double[][] sums)
        {
            for (var from = 0; from < Units; from += TurnsAtOnce)
            {
                var turns = Math.Min(TurnsAtOnce, Units - from);
                for (var lane = 0; lane < DrawsAtOnce; lane++)
                    Draw(CounterRandom.Stream(seed, draw + lane), from, turns, Units, drawn.AsSpan(lane));
                foreach (var (column, at) in _columns)
                    Add(column, drawn.AsSpan(0, turns * DrawsAtOnce), sums[at].AsSpan(draw, DrawsAtOnce));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Draw(ulong stream, int from, int turns, int units, Span<int> into)
        {
            for (var i = 0; i < turns; i++)
                into[i * DrawsAtOnce] = CounterRandom.Below(stream, from + i, units);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Add(ReadOnlySpan<double> column, ReadOnlySpan<int> drawn, Span<double> sums)
        {
            var (a, b, c, d) = (sums[0], sums[1], sums[2], sums[3]);
            var (e, f, g, h) = (sums[4], sums[5], sums[6], sums[7]);
            for (; drawn.Length >= DrawsAtOnce; drawn = drawn[DrawsAtOnce..])
            {
                a += column[drawn[0]];
                b += column[drawn[1]];
                c += column[drawn[2]];
                d += column[drawn[3]];
                e += column[drawn[4]];
                f += column[drawn[5]];
                g += column[drawn[6]];
                h += column[drawn[7]];
            }

            (sums[0], sums[1], sums[2], sums[3]) = (a, b, c, d);
            (sums[4], sums[5], sums[6], sums[7]) = (e, f, g, h);
        }
    }
}
