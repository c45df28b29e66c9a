using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Domain.Consensus;

/// <summary>
/// The median of the standing values under the weights e^{√i − √n}, i the rank by age from the oldest; equal weights for one or two. Where
/// exactly half the weight lies below, the midpoint.
/// </summary>
/// <remarks>
/// Every arrival shifts the weights of all that are newer than what it replaced, so no running sum of the weights below the median can be
/// kept. But the median moves little, and the oldest weigh next to nothing: the sum is taken again from the newest on, only as far as it needs
/// to be to tell on which side of the half it lies.
/// </remarks>
internal sealed class RecencyWeightedMedian(RankedValues values, AgeOrder ages, RecencyWeights weights)
{
    private static readonly Vector256<double>[] Lanes = [.. Enumerable.Range(0, 16).Select(bits =>
        Vector256.Create(Lane(bits, 0), Lane(bits, 1), Lane(bits, 2), Lane(bits, 3)).AsDouble())];

    private readonly OrderedBits _standing = new(values.Count);
    private readonly int[] _forecastAt = ForecastsByRank(values);
    private ulong[] _below = new ulong[2];
    private int _arrangement;
    private int _middle = -1;

    /// <summary>Takes a forecast in that <see cref="AgeOrder"/> has just taken as its newest.</summary>
    public void Add(int forecast)
    {
        var rank = values.RankOf(forecast);
        Follow();
        _standing.Add(rank);
        if (_middle < 0) _middle = rank;
        else if (rank < _middle) Mark(forecast);
    }

    /// <summary>Lets a forecast go, before <see cref="AgeOrder"/> does.</summary>
    public void Remove(int forecast)
    {
        var rank = values.RankOf(forecast);
        if (rank < _middle) Unmark(forecast);
        else if (rank == _middle)
        {
            var next = _standing.Next(rank);
            if (next < 0)
            {
                next = _standing.Previous(rank);
                if (next >= 0) Unmark(_forecastAt[next]);
            }

            _middle = next;
        }

        _standing.Remove(rank);
    }

    /// <summary>The weighted median; there must be a forecast.</summary>
    public double Value()
    {
        var n = ages.Count;
        if (n == 1) return values.At(_middle);
        if (n == 2)
        {
            var other = _standing.Next(_middle);
            if (other < 0) other = _standing.Previous(_middle);
            return values.At(other) == values.At(_middle) ? values.At(other) : (values.At(_middle) + values.At(other)) / 2;
        }

        weights.Fit(n);
        var half = weights.Upto(n) / 2;
        // Of the weight below the middle, what the ranks above `unseen` hold; the rest is at most the weight of all ranks up to it.
        double seen = 0;
        var (word, unseen) = (ages.Words, n);
        while (true)
        {
            var own = weights[ages.RankOf(_forecastAt[_middle])];
            var rest = weights.Upto(unseen);
            if (seen > half)
            {
                _middle = _standing.Previous(_middle);
                var forecast = _forecastAt[_middle];
                Unmark(forecast);
                var rank = ages.RankOf(forecast);
                if (rank > unseen) seen -= weights[rank];
            }
            else if (seen + rest + own < half && _standing.Next(_middle) is var next and >= 0)
            {
                var forecast = _forecastAt[_middle];
                Mark(forecast);
                var rank = ages.RankOf(forecast);
                if (rank > unseen) seen += weights[rank];
                _middle = next;
            }
            else if (seen + rest < half && seen + own > half)
            {
                return values.At(_middle);
            }
            else if (unseen > 0)
            {
                for (var last = Math.Max(word - 4, 0); word > last;)
                {
                    word--;
                    unseen = ages.Before(word);
                    seen += WeightBelow(word);
                }
            }
            else
            {
                return AtTie(seen, own, half);
            }
        }
    }

    private double AtTie(double below, double own, double half)
    {
        var middle = values.At(_middle);
        if (below == half && _standing.Previous(_middle) is var previous and >= 0) return (values.At(previous) + middle) / 2;
        if (below + own == half && _standing.Next(_middle) is var next and >= 0) return (middle + values.At(next)) / 2;
        return middle;
    }

    private double WeightBelow(int word)
    {
        var taken = ages.Taken(word);
        var below = Compact(_below[word], taken);
        if (below == 0) return 0;
        // The weights beyond the last rank are there, up to a vector's width, and masked out.
        ref var first = ref MemoryMarshal.GetReference(weights.From(ages.Before(word) + 1));
        var sum = Vector256<double>.Zero;
        for (nuint at = 0; below != 0; below >>= 4, at += 4) sum += Vector256.LoadUnsafe(ref first, at) & Lanes[below & 15];
        return Vector256.Sum(sum);
    }

    /// <summary>The bits of <paramref name="bits"/> at the set places of <paramref name="mask"/>, moved together.</summary>
    private static ulong Compact(ulong bits, ulong mask)
    {
        bits &= mask;
        if (bits == 0 || mask == ulong.MaxValue) return bits;
        if (Bmi2.X64.IsSupported) return Bmi2.X64.ParallelBitExtract(bits, mask);
        ulong compact = 0;
        for (; bits != 0; bits &= bits - 1)
        {
            var lowest = bits & (~bits + 1);
            compact |= 1UL << BitOperations.PopCount(mask & (lowest - 1));
        }

        return compact;
    }

    private void Mark(int forecast)
    {
        var slot = ages.SlotOf(forecast);
        _below[slot >> 6] |= 1UL << (slot & 63);
    }

    private void Unmark(int forecast)
    {
        var slot = ages.SlotOf(forecast);
        _below[slot >> 6] &= ~(1UL << (slot & 63));
    }

    private void Follow()
    {
        if (_below.Length < ages.Words) Array.Resize(ref _below, Math.Max(ages.Words, _below.Length * 2));
        if (_arrangement == ages.Arrangement) return;
        _arrangement = ages.Arrangement;
        Array.Clear(_below);
        if (_middle < 0) return;
        for (var rank = _standing.Previous(_middle); rank >= 0; rank = _standing.Previous(rank)) Mark(_forecastAt[rank]);
    }

    private static int[] ForecastsByRank(RankedValues values)
    {
        var forecasts = new int[values.Count];
        for (var forecast = 0; forecast < forecasts.Length; forecast++) forecasts[values.RankOf(forecast)] = forecast;
        return forecasts;
    }

    private static long Lane(int bits, int lane) => (bits >> lane & 1) == 1 ? -1 : 0;
}
