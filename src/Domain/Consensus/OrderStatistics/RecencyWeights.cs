namespace Domain.Consensus.OrderStatistics;

/// <summary>
/// The weights e^√i of a crowd's forecasts by age rank, i = 1 the oldest, and their running totals, up to a common factor. The definition divides by e^√n,
/// which changes no weighted median.
/// </summary>
internal sealed class RecencyWeights
{
    private const int Least = 64;
    private const int Beyond = 64;
    private double[] _weights = [];
    private double[] _totals = [];

    /// <summary>Rises by one whenever the common factor changes.</summary>
    public int Scale { get; private set; }

    /// <summary>How many ranks have a weight.</summary>
    public int Ranks => _totals.Length - 1;

    /// <summary>Makes the weights of <paramref name="count"/> ranks representable.</summary>
    /// <remarks>
    /// e^√i spans more than a double's exponents for a crowd of hundreds of thousands, so the scale follows the crowd's size: the newest
    /// weight lies between 1 and e^−√capacity/2, and a weight that underflows is too small to change the total.
    /// </remarks>
    public void Fit(int count)
    {
        var capacity = _totals.Length - 1;
        if (count <= capacity && (count >= capacity / 4 || capacity <= 4096))
            return;
        var fitted = Math.Max(Least, count * 2);
        (_weights, _totals) = (new double[fitted + 1 + Beyond], new double[fitted + 1]);
        var scale = Math.Sqrt(fitted);
        Scale++;
        double total = 0;
        for (var i = 1; i <= fitted; i++)
        {
            _weights[i] = Math.Exp(Math.Sqrt(i) - scale);
            _totals[i] = total += _weights[i];
        }
    }

    /// <summary>The weight of an age rank.</summary>
    public double this[int rank] => _weights[rank];

    /// <summary>The weights from a rank on; at least 64 can be read, those beyond the last rank as 0.</summary>
    public ReadOnlySpan<double> From(int rank) => _weights.AsSpan(rank, Beyond);

    /// <summary>The total weight of the ranks 1 to <paramref name="rank"/>.</summary>
    public double Upto(int rank) => _totals[rank];
}
