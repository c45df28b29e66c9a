namespace Domain.Consensus.OrderStatistics;

/// <summary>The median of the values that stand, kept while forecasts come and go; the midpoint of the two middle ones of an even number.</summary>
internal sealed class RunningMedian(RankedValues values)
{
    private readonly OrderedBits _standing = new(values.Count);
    private int _count;
    private int _middle = -1;
    private int _below;

    /// <summary>Removes all; then the values may be others.</summary>
    public void Clear()
    {
        _standing.Clear();
        (_count, _middle, _below) = (0, -1, 0);
    }

    public void Add(int forecast)
    {
        var rank = values.RankOf(forecast);
        _standing.Add(rank);
        _count++;
        if (_count == 1)
            (_middle, _below) = (rank, 0);
        else if (rank < _middle)
            _below++;
        Settle();
    }

    public void Remove(int forecast)
    {
        var rank = values.RankOf(forecast);
        if (rank == _middle)
        {
            var next = _standing.Next(rank);
            if (next < 0)
            {
                next = _standing.Previous(rank);
                _below--;
            }

            _middle = next;
        }
        else if (rank < _middle)
            _below--;

        _standing.Remove(rank);
        _count--;
        if (_count > 0)
            Settle();
    }

    /// <summary>The two middle values, equal where the number is odd. There must be at least one.</summary>
    public (double Lower, double Upper) Middle => (values.At(_middle), values.At(_count % 2 == 1 ? _middle : _standing.Next(_middle)));

    public double Value
    {
        get
        {
            var (lower, upper) = Middle;
            return lower == upper ? lower : (lower + upper) / 2;
        }
    }

    /// <summary>Writes the standing values from the least to the greatest.</summary>
    public void CopyRising(Span<double> into)
    {
        if (_count == 0)
            return;
        var (at, rank) = (_below, _middle);
        for (; at >= 0; at--, rank = _standing.Previous(rank))
            into[at] = values.At(rank);
        for (at = _below + 1, rank = _standing.Next(_middle); at < _count; at++, rank = _standing.Next(rank))
            into[at] = values.At(rank);
    }

    private void Settle()
    {
        var target = (_count - 1) / 2;
        for (; _below < target; _below++)
            _middle = _standing.Next(_middle);
        for (; _below > target; _below--)
            _middle = _standing.Previous(_middle);
    }
}
