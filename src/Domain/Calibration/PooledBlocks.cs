namespace Domain.Calibration;

/// <summary>The stack of blocks that pooling adjacent violators builds, in arrays that many fits can share.</summary>
internal sealed class PooledBlocks(int capacity)
{
    /// <summary>What they take for each place, in bytes.</summary>
    public const int Bytes = (2 * sizeof(double)) + sizeof(int);

    private readonly double[] _sums = new double[capacity];
    private readonly double[] _weights = new double[capacity];

    /// <summary>How many blocks the last fit has.</summary>
    public int Count { get; private set; }

    /// <summary>The position after each block's last.</summary>
    public int[] Ends { get; } = new int[capacity];

    public double MeanOf(int block) => _sums[block] / _weights[block];

    public double WeightOf(int block) => _weights[block];

    public double SumOf(int block) => _sums[block];

    /// <summary>Fits weighted sums at rising places; blocks of equal mean become one.</summary>
    public void Pool(ReadOnlySpan<double> sums, ReadOnlySpan<double> weights)
    {
        var top = -1;
        for (var i = 0; i < sums.Length; i++)
        {
            double sum = sums[i],
                weight = weights[i];

            // Means are compared by products: dividing would take most of the time.
            while (top >= 0 && _sums[top] * weight >= sum * _weights[top])
            {
                sum += _sums[top];
                weight += _weights[top];
                top--;
            }

            top++;
            _sums[top] = sum;
            _weights[top] = weight;
            Ends[top] = i + 1;
        }

        Count = top + 1;
    }
}
