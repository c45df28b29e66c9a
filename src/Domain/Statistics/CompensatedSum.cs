namespace Domain.Statistics;

/// <summary>
/// A sum that carries what rounding lost (Neumaier 1974), so that adding many terms, in any order that callers sort them into, stays exact to
/// the last digits.
/// </summary>
public struct CompensatedSum
{
    private double _sum;
    private double _lost;

    public readonly double Value => _sum + _lost;

    public void Add(double term)
    {
        var next = _sum + term;
        _lost += Math.Abs(_sum) >= Math.Abs(term) ? _sum - next + term : term - next + _sum;
        _sum = next;
    }

    public static double Of(IEnumerable<double> terms)
    {
        var sum = default(CompensatedSum);
        foreach (var term in terms) sum.Add(term);
        return sum.Value;
    }
}
