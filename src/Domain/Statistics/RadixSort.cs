namespace Domain.Statistics;

/// <summary>
/// Sorts keys, each with what belongs to it, in time that grows with their number: by one digit of eleven bits after the other, the lowest first.
/// It is stable, so that equal keys keep their order. Knuth, "The Art of Computer Programming", vol. 3, 5.2.5.
/// </summary>
internal static class RadixSort
{
    private const int DigitBits = 11;
    private const int Digits = 1 << DigitBits;
    private const int Few = 256;

    /// <summary>Sorts instants, which rise from few to many.</summary>
    public static void Sort(long[] keys, int[] items)
    {
        if (keys.Length == 0)
            return;
        var least = keys[0];
        foreach (var key in keys)
            least = Math.Min(least, key);
        var digits = new ulong[keys.Length];
        for (var i = 0; i < keys.Length; i++)
            digits[i] = (ulong)(keys[i] - least);
        Sort(ref digits, ref items, items);
        for (var i = 0; i < keys.Length; i++)
            keys[i] = (long)digits[i] + least;
    }

    /// <summary>The indices of finite values in rising order of the values, equal ones in rising order of the indices.</summary>
    public static int[] Order(ReadOnlySpan<double> values)
    {
        var (keys, order) = (new ulong[values.Length], new int[values.Length]);
        for (var i = 0; i < keys.Length; i++)
        {
            // As whole numbers, doubles of one sign are in order; −0 is 0.
            var bits = BitConverter.DoubleToInt64Bits(values[i] + 0.0);
            (keys[i], order[i]) = (bits < 0 ? (ulong)~bits : (ulong)bits | (1UL << 63), i);
        }

        Sort(ref keys, ref order, order);
        return order;
    }

    private static void Sort(ref ulong[] keys, ref int[] items, int[] into)
    {
        if (keys.Length <= Few)
        {
            SortFew(keys, items);
            return;
        }

        ulong differing = 0;
        foreach (var key in keys)
            differing |= key ^ keys[0];
        var (otherKeys, otherItems) = (new ulong[keys.Length], new int[keys.Length]);
        Span<int> starts = stackalloc int[Digits];
        for (var shift = 0; shift < 64; shift += DigitBits)
        {
            if ((differing >> shift & (Digits - 1)) == 0)
                continue;
            starts.Clear();
            foreach (var key in keys)
                starts[(int)(key >> shift) & (Digits - 1)]++;
            var start = 0;
            for (var digit = 0; digit < Digits; digit++)
                (starts[digit], start) = (start, start + starts[digit]);
            for (var i = 0; i < keys.Length; i++)
            {
                var to = starts[(int)(keys[i] >> shift) & (Digits - 1)]++;
                (otherKeys[to], otherItems[to]) = (keys[i], items[i]);
            }

            (keys, otherKeys, items, otherItems) = (otherKeys, keys, otherItems, items);
        }

        if (!ReferenceEquals(items, into))
            items.CopyTo(into, 0);
        items = into;
    }

    private static void SortFew(ulong[] keys, int[] items)
    {
        // The sort of the library is not stable: equal keys are put back into the order of their items' places.
        var places = new int[keys.Length];
        for (var i = 0; i < places.Length; i++)
            places[i] = i;
        Array.Sort(keys, places);
        for (var from = 0; from < places.Length; )
        {
            var to = from + 1;
            while (to < places.Length && keys[to] == keys[from])
                to++;
            if (to - from > 1)
                Array.Sort(places, from, to - from);
            from = to;
        }

        var sorted = Array.ConvertAll(places, p => items[p]);
        sorted.CopyTo(items, 0);
    }
}
