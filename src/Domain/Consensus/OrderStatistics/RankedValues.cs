using Domain.Statistics;

namespace Domain.Consensus.OrderStatistics;

/// <summary>The values that a crowd's forecasts take on one option or at one point, ranked: equal values are ranked by the forecast's index.</summary>
internal sealed class RankedValues
{
    private readonly double[] _byRank;
    private readonly int[] _rankOf;

    /// <param name="values">A finite value for each forecast.</param>
    public RankedValues(double[] values)
    {
        ByRank = RadixSort.Order(values);
        (_byRank, _rankOf) = (new double[values.Length], new int[values.Length]);
        for (var rank = 0; rank < ByRank.Length; rank++)
            (_byRank[rank], _rankOf[ByRank[rank]]) = (values[ByRank[rank]], rank);
    }

    /// <summary>Values that are still to be ranked.</summary>
    /// <param name="count">How many there are at most.</param>
    public RankedValues(int count) => (ByRank, _byRank, _rankOf) = (new int[count], new double[count], new int[count]);

    public int Count => _byRank.Length;

    /// <summary>The forecasts in the order of their ranks.</summary>
    public int[] ByRank { get; }

    public int RankOf(int forecast) => _rankOf[forecast];

    public double At(int rank) => _byRank[rank];

    /// <summary>Ranks probabilities in place of what was ranked before.</summary>
    public void Rank(ReadOnlySpan<double> probabilities, ProbabilitySort sort)
    {
        sort.Sort(probabilities, ByRank, _byRank);
        for (var rank = 0; rank < probabilities.Length; rank++)
            _rankOf[ByRank[rank]] = rank;
    }
}
