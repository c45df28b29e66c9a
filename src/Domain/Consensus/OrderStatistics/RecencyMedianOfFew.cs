using System.Numerics;

namespace Domain.Consensus.OrderStatistics;

/// <summary>
/// The median of at most <see cref="Most"/> standing values under the weights e^{√i − √n}, i the rank by age from the oldest; equal weights for one or two.
/// Where exactly half the weight lies below, the midpoint. Forecasts are numbered in the order in which they come.
/// </summary>
/// <remarks>
/// The weight below the middle is summed anew at each reading, from the newest forecast on, until what is left is too light to decide anything: of a few
/// thousand forecasts that is less work than keeping sums (<see cref="RecencyWeightedMedian"/>), which a departure makes wrong.
/// </remarks>
internal sealed class RecencyMedianOfFew(RankedValues values, RecencyWeights weights)
{
    /// <summary>How many may stand at once.</summary>
    public const int Most = 2_048;

    /// <summary>The relative distance from one half within which rounding may put a sum on the wrong side.</summary>
    private const double Rounding = 1e-12;

    private readonly OrderedBits _standing = new(values.Count);
    private readonly ulong[] _taken = new ulong[(values.Count + 63) >> 6];
    private readonly ulong[] _below = new ulong[(values.Count + 63) >> 6];
    private readonly int[] _before = new int[(values.Count + 63) >> 6];
    private int _words;
    private int _middle = -1;

    /// <summary>How many stand.</summary>
    public int Count { get; private set; }

    /// <summary>Removes all; then the values may be others.</summary>
    public void Clear()
    {
        _standing.Clear();
        Array.Clear(_taken);
        Array.Clear(_below);
        (_words, _middle, Count) = (0, -1, 0);
    }

    /// <summary>Adds a forecast, which is newer than all before.</summary>
    public void Add(int forecast)
    {
        var (word, rank) = (forecast >> 6, values.RankOf(forecast));
        for (; _words <= word; _words++)
            _before[_words] = Count;
        _taken[word] |= 1UL << (forecast & 63);
        _standing.Add(rank);
        Count++;
        if (_middle < 0)
            _middle = rank;
        else if (rank < _middle)
            _below[word] |= 1UL << (forecast & 63);
    }

    public void Remove(int forecast)
    {
        var (word, rank) = (forecast >> 6, values.RankOf(forecast));
        if (rank == _middle)
            LeaveMiddle();
        _standing.Remove(rank);
        _below[word] &= ~(1UL << (forecast & 63));
        _taken[word] &= ~(1UL << (forecast & 63));
        Count--;
        ForecastsByAge.TakeOne(_before.AsSpan((word + 1).._words));
    }

    /// <summary>The weighted median; there must be a forecast.</summary>
    public double Value()
    {
        if (Count == 1)
            return values.At(_middle);
        if (Count == 2)
        {
            var other = _standing.Next(_middle);
            if (other < 0)
                other = _standing.Previous(_middle);
            return values.At(other) == values.At(_middle) ? values.At(other) : (values.At(_middle) + values.At(other)) / 2;
        }

        weights.Fit(Count);
        return Search(Rounding) ?? Search(margin: 0)!.Value;
    }

    /// <summary>Moves the middle to where half of the weight is reached; null where rounding might decide.</summary>
    /// <param name="margin">The relative distance from one half within which a sum decides nothing; at 0 every sum decides.</param>
    private double? Search(double margin)
    {
        var half = weights.Upto(Count) / 2;
        var (least, most) = (half - (half * margin), half + (half * margin));
        // The weight below the middle of those seen, and of all who are not.
        var (word, below, rest) = (_words, 0.0, weights.Upto(Count));
        var forecast = values.ByRank[_middle];
        var own = WeightOf(forecast);
        while (true)
        {
            if (below > most)
            {
                _middle = _standing.Previous(_middle);
                forecast = values.ByRank[_middle];
                own = WeightOf(forecast);
                _below[forecast >> 6] &= ~(1UL << (forecast & 63));
                if (forecast >> 6 >= word)
                    below -= own;
            }
            else if (below + rest + own < least && _standing.Next(_middle) is var next and >= 0)
            {
                _below[forecast >> 6] |= 1UL << (forecast & 63);
                if (forecast >> 6 >= word)
                    below += own;
                _middle = next;
                forecast = values.ByRank[_middle];
                own = WeightOf(forecast);
            }
            else if (below + rest < least && below + own > most)
            {
                return values.At(_middle);
            }
            else if (word > 0)
            {
                word--;
                below += PartialWeightSums.Sum(weights, _below[word], _taken[word], _before[word]);
                rest = weights.Upto(_before[word]);
            }
            else
            {
                return margin > 0 ? null : AtTie(below, own, half);
            }
        }
    }

    private double AtTie(double below, double own, double half)
    {
        var middle = values.At(_middle);
        if (below == half && _standing.Previous(_middle) is var previous and >= 0)
            return (values.At(previous) + middle) / 2;
        if (below + own == half && _standing.Next(_middle) is var next and >= 0)
            return (middle + values.At(next)) / 2;
        return middle;
    }

    /// <summary>Makes a neighbor of the middle the middle, before it goes.</summary>
    private void LeaveMiddle()
    {
        var neighbor = _standing.Next(_middle);
        if (neighbor < 0)
        {
            neighbor = _standing.Previous(_middle);
            if (neighbor >= 0)
            {
                var forecast = values.ByRank[neighbor];
                _below[forecast >> 6] &= ~(1UL << (forecast & 63));
            }
        }

        _middle = neighbor;
    }

    private double WeightOf(int forecast)
    {
        var word = forecast >> 6;
        return weights[_before[word] + BitOperations.PopCount(_taken[word] & ((1UL << (forecast & 63)) - 1)) + 1];
    }
}
