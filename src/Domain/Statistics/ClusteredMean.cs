namespace Domain.Statistics;

/// <summary>A weighted mean with a standard error that knows which values hang together.</summary>
/// <param name="Mean">Σwx/Σw.</param>
/// <param name="StandardError">
/// √(G/(G−1)·Σ over clusters of (Σw(x−mean))²)/Σw with G clusters: the CR1 sandwich of Liang and Zeger, "Longitudinal data analysis using
/// generalized linear models" (Biometrika 73, 1986). NaN for a single cluster.
/// </param>
/// <param name="Clusters">G.</param>
public readonly record struct ClusteredMean(double Mean, double StandardError, int Clusters)
{
    /// <summary>The mean of <paramref name="values"/> under <paramref name="weights"/> > 0; clusters are numbered from 0.</summary>
    public static ClusteredMean Of(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, ReadOnlySpan<int> clusters)
    {
        if (values.IsEmpty)
            throw new ArgumentException("Nothing has no mean.", nameof(values));
        if (values.Length != weights.Length || values.Length != clusters.Length)
            throw new ArgumentException("Every value has a weight and a cluster.", nameof(values));
        CompensatedSum total = default,
            weight = default;
        var last = 0;
        for (var i = 0; i < values.Length; i++)
        {
            total.Add(weights[i] * values[i]);
            weight.Add(weights[i]);
            last = Math.Max(last, clusters[i]);
        }

        var mean = total.Value / weight.Value;
        var deviations = new CompensatedSum[last + 1];
        var present = new bool[last + 1];
        for (var i = 0; i < values.Length; i++)
        {
            deviations[clusters[i]].Add(weights[i] * (values[i] - mean));
            present[clusters[i]] = true;
        }

        var squares = new CompensatedSum();
        var count = 0;
        for (var c = 0; c <= last; c++)
        {
            if (!present[c])
                continue;
            count++;
            squares.Add(deviations[c].Value * deviations[c].Value);
        }

        var error = count < 2 ? double.NaN : Math.Sqrt(squares.Value * count / (count - 1)) / weight.Value;
        return new ClusteredMean(mean, error, count);
    }
}
