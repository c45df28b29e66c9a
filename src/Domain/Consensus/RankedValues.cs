namespace Domain.Consensus;

/// <summary>The values that a crowd's forecasts take on one option, ranked once: equal values are ranked by the forecast's index.</summary>
internal sealed class RankedValues
{
    private readonly double[] _byRank;
    private readonly int[] _rankOf;

    /// <param name="values">A finite value a forecast.</param>
    public RankedValues(double[] values)
    {
        _byRank = (double[])values.Clone();
        var order = new int[values.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(_byRank, order);
        for (var from = 0; from < order.Length;)
        {
            var to = from + 1;
            while (to < order.Length && _byRank[to] == _byRank[from]) to++;
            // The sort is not stable; ranks must not depend on how it went.
            if (to - from > 1) Array.Sort(order, from, to - from);
            from = to;
        }

        _rankOf = new int[values.Length];
        for (var rank = 0; rank < order.Length; rank++) _rankOf[order[rank]] = rank;
    }

    public int Count => _byRank.Length;

    public int RankOf(int forecast) => _rankOf[forecast];

    public double At(int rank) => _byRank[rank];
}
