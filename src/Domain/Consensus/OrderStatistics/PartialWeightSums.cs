using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Domain.Consensus.OrderStatistics;

/// <summary>The forecasts below a median and their weight, by words of 64 slots of <see cref="ForecastsByAge"/>.</summary>
/// <remarks>
/// A word keeps its sum together with the number of older forecasts at that time. When d of those have gone, a forecast of rank i weighs e^{√(i−d) − √i} of
/// what it weighed before. That share rises with i, so the shares of the oldest and the newest forecast of the word bound the sum. The bounds are tight,
/// because √ is nearly linear over 64 ranks.
/// </remarks>
internal sealed class PartialWeightSums(ForecastsByAge ages, RecencyWeights weights)
{
    /// <summary>The widest bounds of one word, in weights of the newest forecast.</summary>
    private const double Width = 0.01;

    /// <summary>After this many changes a sum is computed anew, so that rounding cannot decide a median.</summary>
    private const int MostChanges = 1000;

    private static readonly Vector256<double>[] Lanes =
    [
        .. Enumerable.Range(0, 16).Select(bits => Vector256.Create(Lane(bits, 0), Lane(bits, 1), Lane(bits, 2), Lane(bits, 3)).AsDouble()),
    ];

    private Word[] _words = new Word[2];
    private int _scale;

    /// <summary>Makes room for every slot there is.</summary>
    public void MakeRoom()
    {
        if (_words.Length < ages.Words)
            Array.Resize(ref _words, Math.Max(ages.Words, _words.Length * 2));
    }

    public void Mark(int slot)
    {
        ref var word = ref _words[slot >> 6];
        word.Below |= 1UL << (slot & 63);
        Change(ref word, slot, 1);
    }

    public void Unmark(int slot)
    {
        ref var word = ref _words[slot >> 6];
        word.Below &= ~(1UL << (slot & 63));
        Change(ref word, slot, -1);
    }

    /// <summary>A forecast of the word goes: the ranks of the newer forecasts in it change relative to the older ones.</summary>
    public void Shift(int word) => _words[word].IsSummed = false;

    /// <summary>Forgets everything.</summary>
    public void Clear() => Array.Clear(_words);

    /// <summary>Forgets the sums if the weights have another scale now.</summary>
    public void FollowScale()
    {
        if (_scale == weights.Scale)
            return;
        _scale = weights.Scale;
        foreach (ref var word in _words.AsSpan())
            word.IsSummed = false;
    }

    /// <summary>The bounds of the weight of a word's forecasts below the median.</summary>
    /// <param name="index">The word.</param>
    /// <param name="before">How many forecasts are older than all of the word.</param>
    /// <param name="fresh">Whether to compute the sum anew.</param>
    public (double AtLeast, double AtMost) Of(int index, int before, bool fresh)
    {
        ref var word = ref _words[index];
        if (word.Below == 0)
            return (0, 0);
        if (!fresh && word.IsSummed && word.Changes < MostChanges)
        {
            var gone = word.Before - before;
            if (gone == 0)
                return (word.Sum, word.Sum);
            var (first, last) = (word.Before + 1, word.Before + BitOperations.PopCount(ages.Taken(index)));
            var atLeast = word.Sum * (weights[first - gone] / weights[first]);
            var atMost = word.Sum * (weights[last - gone] / weights[last]);
            if (atMost - atLeast <= Width * weights[ages.Count])
                return (atLeast, atMost);
        }

        word.Sum = Sum(weights, word.Below, ages.Taken(index), before);
        (word.Before, word.IsSummed, word.Changes) = (before, true, 0);
        return (word.Sum, word.Sum);
    }

    private void Change(ref Word word, int slot, int sign)
    {
        if (!word.IsSummed)
            return;
        var rank = word.Before + ages.OlderInWord(slot) + 1;
        if (rank > weights.Ranks)
            word.IsSummed = false;
        else
            word.Sum += sign * weights[rank];
        word.Changes++;
    }

    /// <summary>The weight of some forecasts of a word.</summary>
    /// <param name="weights">The weights by rank.</param>
    /// <param name="below">The slots of those.</param>
    /// <param name="taken">The slots that are taken, theirs among them.</param>
    /// <param name="before">How many forecasts are older than all of the word.</param>
    internal static double Sum(RecencyWeights weights, ulong below, ulong taken, int before)
    {
        below = Compact(below, taken);
        // Weights beyond the last rank can be read, up to the width of a vector, and are masked out.
        ref var first = ref MemoryMarshal.GetReference(weights.From(before + 1));
        var sum = Vector256<double>.Zero;
        for (nuint at = 0; below != 0; below >>= 4, at += 4)
            sum += Vector256.LoadUnsafe(ref first, at) & Lanes[below & 15];
        return Vector256.Sum(sum);
    }

    /// <summary>The bits of <paramref name="bits"/> at the set places of <paramref name="mask"/>, moved together.</summary>
    private static ulong Compact(ulong bits, ulong mask)
    {
        if (mask == ulong.MaxValue)
            return bits;
        if (Bmi2.X64.IsSupported)
            return Bmi2.X64.ParallelBitExtract(bits, mask);
        ulong compact = 0;
        for (; bits != 0; bits &= bits - 1)
        {
            var lowest = bits & (~bits + 1);
            compact |= 1UL << BitOperations.PopCount(mask & (lowest - 1));
        }

        return compact;
    }

    private static long Lane(int bits, int lane) => (bits >> lane & 1) == 1 ? -1 : 0;

    private struct Word
    {
        /// <summary>The slots of those that lie below.</summary>
        public ulong Below;

        /// <summary>Their weight when <see cref="Before"/> forecasts were older.</summary>
        public double Sum;

        public int Before;

        public int Changes;

        public bool IsSummed;
    }
}
