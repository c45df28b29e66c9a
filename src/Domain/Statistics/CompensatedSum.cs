namespace Domain.Statistics;

/// <summary>
/// A running sum that carries its rounding error along, so that sums over many terms keep their last digits.
/// Source: Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54 (1974).
/// </summary>
public struct CompensatedSum
{
    private double _sum;
    private double _lost;

    /// <summary>The sum of all terms so far; 0 before the first.</summary>
    public readonly double Value => _sum + _lost;

    /// <summary>Adds one finite term.</summary>
    public void Add(double term)
    {
        var next = _sum + term;
        _lost += Math.Abs(_sum) >= Math.Abs(term) ? _sum - next + term : term - next + _sum;
        _sum = next;
    }

    /// <summary>Goes on from another running sum: what was added to it, and then to this, is as if added to this alone where this was 0.</summary>
    public void Add(in CompensatedSum other)
    {
        Add(other._sum);
        _lost += other._lost;
    }

    /// <summary>The sum of one term.</summary>
    public static CompensatedSum From(double term) => new() { _sum = term };

    /// <summary>How much was added between two states of one running sum, to the precision of the sum itself.</summary>
    public static double Difference(in CompensatedSum later, in CompensatedSum earlier) => later._sum - earlier._sum + (later._lost - earlier._lost);

    /// <summary>The sum of <paramref name="terms"/>, in their order.</summary>
    public static double Of(ReadOnlySpan<double> terms)
    {
        var sum = new CompensatedSum();
        foreach (var term in terms)
            sum.Add(term);
        return sum.Value;
    }

    /// <summary>The sum of <paramref name="terms"/>, in their order.</summary>
    public static double Of(IEnumerable<double> terms)
    {
        var sum = new CompensatedSum();
        foreach (var term in terms)
            sum.Add(term);
        return sum.Value;
    }
}
