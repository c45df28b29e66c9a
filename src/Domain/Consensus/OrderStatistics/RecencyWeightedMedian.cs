using System.Numerics;

namespace Domain.Consensus.OrderStatistics;

/// <summary>
/// The median of the standing values under the weights e^{√i − √n}, i the rank by age from the oldest; equal weights for one or two. Where
/// exactly half the weight lies below, the midpoint.
/// </summary>
/// <remarks>
/// A departure shifts the weights of all newer forecasts, so no running sum of the weights below the median can be kept. But the median moves little, and
/// the oldest forecasts weigh next to nothing. The sum is therefore bounded (<see cref="PartialWeightSums"/>), from the newest forecast on, until the bounds
/// tell on which side of one half it lies. The search skips the oldest forecasts while their total weight cannot matter. Only where the bounds do not decide
/// is the sum computed by the definition.
/// </remarks>
internal sealed class RecencyWeightedMedian(RankedValues values, ForecastsByAge ages, RecencyWeights weights)
{
    /// <summary>The relative distance from one half within which rounding may put a sum on the wrong side.</summary>
    private const double Rounding = 1e-12;

    /// <summary>Up to this many forecasts, all of them are searched.</summary>
    private const int Few = 2048;

    /// <summary>The oldest forecasts are skipped while their share of all weight is below this.</summary>
    private const double Negligible = 1.0 / (1L << 36);
    private const double Noticeable = 1.0 / (1L << 28);

    private readonly OrderedBits _considered = new(values.Count);
    private readonly PartialWeightSums _below = new(ages, weights);
    private int _consideredCount;
    private int _firstWord;
    private int _arrangement;
    private int _middle = -1;

    /// <summary>Removes all, as they are removed from <see cref="ForecastsByAge"/>; then the values may be others.</summary>
    public void Clear()
    {
        _considered.Clear();
        _below.Clear();
        (_consideredCount, _firstWord, _middle, _arrangement) = (0, 0, -1, ages.Arrangement);
    }

    /// <summary>Adds a forecast that was just added to <see cref="ForecastsByAge"/> as its newest.</summary>
    public void Add(int forecast)
    {
        _below.MakeRoom();
        if (_arrangement != ages.Arrangement)
            Rearrange();
        Consider(ages.SlotOf(forecast), values.RankOf(forecast));
    }

    /// <summary>Removes a forecast that is still in <see cref="ForecastsByAge"/>.</summary>
    public void Remove(int forecast)
    {
        var slot = ages.SlotOf(forecast);
        if (slot >> 6 < _firstWord)
            return;
        Disregard(slot, values.RankOf(forecast));
        _below.Shift(slot >> 6);
    }

    /// <summary>The weighted median; there must be a forecast.</summary>
    public double Value()
    {
        var n = ages.Count;
        if (n <= Few && _firstWord > 0)
            ConsiderFrom(0);
        if (n == 1)
            return values.At(_middle);
        if (n == 2)
        {
            var other = _considered.Next(_middle);
            if (other < 0)
                other = _considered.Previous(_middle);
            return values.At(other) == values.At(_middle) ? values.At(other) : (values.At(_middle) + values.At(other)) / 2;
        }

        weights.Fit(n);
        _below.FollowScale();
        if (n > Few)
            LeaveTheOldestAside();
        return Search(fresh: false, Rounding) ?? Search(fresh: true, Rounding) ?? SearchAll();
    }

    private double SearchAll()
    {
        ConsiderFrom(0);
        return Search(fresh: true, margin: 0)!.Value;
    }

    /// <summary>Moves the middle to where half of the weight is reached; null where the bounds do not decide.</summary>
    /// <param name="fresh">Whether sums are computed anew instead of bounded.</param>
    /// <param name="margin">The relative distance from one half within which a sum decides nothing; at 0 every sum decides.</param>
    private double? Search(bool fresh, double margin)
    {
        var half = weights.Upto(ages.Count) / 2;
        var (least, most) = (half - (half * margin), half + (half * margin));
        // Bounds of the weight below the middle that ranks above `unseen` hold. The rest is at most the weight of all ranks up to it.
        double low = 0,
            high = 0;
        var (word, unseen) = (ages.Words, ages.Count);
        var slot = SlotAt(_middle);
        var own = weights[ages.RankAt(slot)];
        while (true)
        {
            var rest = weights.Upto(unseen);
            if (low > most)
            {
                _middle = _considered.Previous(_middle);
                slot = SlotAt(_middle);
                own = weights[ages.RankAt(slot)];
                _below.Unmark(slot);
                if (slot >> 6 < word)
                    continue;
                low -= own;
                high -= own;
            }
            else if (high + rest + own < least && _considered.Next(_middle) is var next and >= 0)
            {
                _below.Mark(slot);
                if (slot >> 6 >= word)
                {
                    low += own;
                    high += own;
                }

                _middle = next;
                slot = SlotAt(_middle);
                own = weights[ages.RankAt(slot)];
            }
            else if (high + rest < least && low + own > most)
            {
                return values.At(_middle);
            }
            else if (word > _firstWord)
            {
                for (var last = Math.Max(word - 4, _firstWord); word > last; )
                {
                    word--;
                    unseen -= BitOperations.PopCount(ages.Taken(word));
                    var (atLeast, atMost) = _below.Of(word, unseen, fresh);
                    low += atLeast;
                    high += atMost;
                }
            }
            else
            {
                return margin > 0 ? null : AtTie(low, own, half);
            }
        }
    }

    private double AtTie(double below, double own, double half)
    {
        var middle = values.At(_middle);
        if (below == half && _considered.Previous(_middle) is var previous and >= 0)
            return (values.At(previous) + middle) / 2;
        if (below + own == half && _considered.Next(_middle) is var next and >= 0)
            return (middle + values.At(next)) / 2;
        return middle;
    }

    private void LeaveTheOldestAside()
    {
        var total = weights.Upto(ages.Count);
        if (_middle < 0 || weights.Upto(ages.Before(_firstWord)) > total * Noticeable)
        {
            var word = _firstWord;
            while (word > 0 && weights.Upto(ages.Before(word)) > total * Negligible)
                word--;
            ConsiderFrom(_middle < 0 ? 0 : word);
        }

        for (; _firstWord + 1 < ages.Words && weights.Upto(ages.Before(_firstWord + 1)) < total * Negligible; _firstWord++)
        {
            for (var taken = ages.Taken(_firstWord); taken != 0; taken &= taken - 1)
            {
                var slot = (_firstWord << 6) + BitOperations.TrailingZeroCount(taken);
                Disregard(slot, values.RankOf(ages.ForecastAt(slot)));
            }
        }
    }

    private void ConsiderFrom(int word)
    {
        for (var last = _firstWord; last > word; )
        {
            last--;
            for (var taken = ages.Taken(last); taken != 0; taken &= taken - 1)
            {
                var slot = (last << 6) + BitOperations.TrailingZeroCount(taken);
                Consider(slot, values.RankOf(ages.ForecastAt(slot)));
            }
        }

        _firstWord = word;
    }

    private void Consider(int slot, int rank)
    {
        _considered.Add(rank);
        _consideredCount++;
        if (_middle < 0)
            _middle = rank;
        else if (rank < _middle)
            _below.Mark(slot);
    }

    private void Disregard(int slot, int rank)
    {
        if (rank < _middle)
            _below.Unmark(slot);
        else if (rank == _middle)
        {
            var next = _considered.Next(rank);
            if (next < 0)
            {
                next = _considered.Previous(rank);
                if (next >= 0)
                    _below.Unmark(SlotAt(next));
            }

            _middle = next;
        }

        _considered.Remove(rank);
        _consideredCount--;
    }

    /// <summary>Follows the forecasts into their new slots, which have no gaps. The newest forecast is added afterwards.</summary>
    private void Rearrange()
    {
        _arrangement = ages.Arrangement;
        _below.Clear();
        if (_middle >= 0)
        {
            for (var rank = _considered.Previous(_middle); rank >= 0; rank = _considered.Previous(rank))
                _below.Mark(SlotAt(rank));
        }

        var first = ages.Count - 1 - _consideredCount;
        _firstWord = first >> 6;
        for (var slot = _firstWord << 6; slot < first; slot++)
            Consider(slot, values.RankOf(ages.ForecastAt(slot)));
    }

    private int SlotAt(int rank) => ages.SlotOf(values.ByRank[rank]);
}
