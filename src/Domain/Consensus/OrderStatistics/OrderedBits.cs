using System.Numerics;

namespace Domain.Consensus.OrderStatistics;

/// <summary>A set of whole numbers in ⟨0, size), which finds the neighbor of a number in a few operations, however many numbers between them are
/// absent.</summary>
internal sealed class OrderedBits
{
    private readonly ulong[][] _levels;

    public OrderedBits(int size)
    {
        var levels = new List<ulong[]>();
        var length = Math.Max(size, 1);
        do
        {
            length = (length + 63) >> 6;
            levels.Add(new ulong[length]);
        } while (length > 1);

        _levels = [.. levels];
    }

    public void Add(int number)
    {
        foreach (var level in _levels)
        {
            ref var word = ref level[number >> 6];
            var wasEmpty = word == 0;
            word |= 1UL << (number & 63);
            if (!wasEmpty)
                return;
            number >>= 6;
        }
    }

    public void Clear()
    {
        foreach (var level in _levels)
            Array.Clear(level);
    }

    public void Remove(int number)
    {
        foreach (var level in _levels)
        {
            ref var word = ref level[number >> 6];
            word &= ~(1UL << (number & 63));
            if (word != 0)
                return;
            number >>= 6;
        }
    }

    /// <summary>The least member above <paramref name="number"/>, or −1.</summary>
    public int Next(int number)
    {
        for (var depth = 0; depth < _levels.Length; depth++)
        {
            var bit = number & 63;
            var rest = bit == 63 ? 0 : _levels[depth][number >> 6] & (ulong.MaxValue << (bit + 1));
            number >>= 6;
            if (rest != 0)
                return Down(depth, (number << 6) + BitOperations.TrailingZeroCount(rest), lowest: true);
        }

        return -1;
    }

    /// <summary>The greatest member below <paramref name="number"/>, or −1.</summary>
    public int Previous(int number)
    {
        for (var depth = 0; depth < _levels.Length; depth++)
        {
            var rest = _levels[depth][number >> 6] & ((1UL << (number & 63)) - 1);
            number >>= 6;
            if (rest != 0)
                return Down(depth, (number << 6) + 63 - BitOperations.LeadingZeroCount(rest), lowest: false);
        }

        return -1;
    }

    private int Down(int depth, int index, bool lowest)
    {
        for (; depth > 0; depth--)
        {
            var word = _levels[depth - 1][index];
            index = (index << 6) + (lowest ? BitOperations.TrailingZeroCount(word) : 63 - BitOperations.LeadingZeroCount(word));
        }

        return index;
    }
}
