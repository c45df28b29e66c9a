namespace Domain.Statistics;

/// <summary>
/// Sorts probabilities: by two digits of their first bits, as <see cref="RadixSort"/> does, and then by moving those few into place that these digits do not
/// tell apart. One list is sorted after the other, in the same memory. It is stable.
/// </summary>
/// <param name="most">How many there are at most.</param>
internal sealed class ProbabilitySort(int most)
{
    private const int Few = 1024;
    private const int MostMoves = 16;

    private readonly uint[] _keys = new uint[most];
    private readonly int[] _byLowDigit = new int[most];
    private readonly int[] _low = new int[1 << 11];
    private readonly int[] _high = new int[1 << 11];

    /// <summary>Sorts.</summary>
    /// <param name="values">The probabilities, each in [0, 1].</param>
    /// <param name="order">Is given their places in rising order of the probabilities, equal ones in rising order of the places.</param>
    /// <param name="sorted">Is given the probabilities in that order.</param>
    public void Sort(ReadOnlySpan<double> values, Span<int> order, Span<double> sorted)
    {
        order = order[..values.Length];
        sorted = sorted[..values.Length];
        ByDigits(values, order, values.Length <= Few ? 7 : 11);
        for (var i = 0; i < order.Length; i++)
            sorted[i] = values[order[i]];
        if (MoveIntoPlace(order, sorted))
            return;
        RadixSort.Order(values).CopyTo(order);
        for (var i = 0; i < order.Length; i++)
            sorted[i] = values[order[i]];
    }

    private void ByDigits(ReadOnlySpan<double> values, Span<int> order, int bits)
    {
        var digits = 1 << bits;
        var (mask, scale) = ((uint)digits - 1, (double)(1 << (2 * bits)) - 1);
        var low = _low.AsSpan(0, digits);
        var high = _high.AsSpan(0, digits);
        var keys = _keys.AsSpan(0, values.Length);
        var byLowDigit = _byLowDigit.AsSpan(0, values.Length);
        low.Clear();
        high.Clear();
        for (var i = 0; i < keys.Length; i++)
        {
            var key = (uint)(int)(values[i] * scale);
            keys[i] = key;
            low[(int)(key & mask)]++;
            high[(int)(key >> bits & mask)]++;
        }

        var (lowStart, highStart) = (0, 0);
        for (var digit = 0; digit < digits; digit++)
        {
            (low[digit], lowStart) = (lowStart, lowStart + low[digit]);
            (high[digit], highStart) = (highStart, highStart + high[digit]);
        }

        for (var i = 0; i < keys.Length; i++)
            byLowDigit[low[(int)(keys[i] & mask)]++] = i;
        foreach (var i in byLowDigit)
            order[high[(int)(keys[i] >> bits & mask)]++] = i;
    }

    /// <summary>Moves each to its place among those before it; false where that would take too long.</summary>
    private static bool MoveIntoPlace(Span<int> order, Span<double> sorted)
    {
        var moves = 0L;
        for (var i = 1; i < sorted.Length; i++)
        {
            var (value, place) = (sorted[i], order[i]);
            if (sorted[i - 1] <= value)
                continue;
            var to = i;
            for (; to > 0 && sorted[to - 1] > value; to--)
                (sorted[to], order[to]) = (sorted[to - 1], order[to - 1]);
            (sorted[to], order[to]) = (value, place);
            moves += i - to;
            if (moves > (long)sorted.Length * MostMoves)
                return false;
        }

        return true;
    }
}
