using System.Numerics;
using System.Runtime.InteropServices;

namespace Domain.Statistics;

/// <summary>
/// Running sums side by side, each of which gets to the bit what a <see cref="CompensatedSum"/> of its own terms would. Several are added to at once, by the
/// processor's vectors.
/// </summary>
/// <param name="count">How many sums there are.</param>
internal sealed class CompensatedSums(int count)
{
    private readonly double[] _sums = new double[count];
    private readonly double[] _lost = new double[count];

    /// <summary>Adds to each sum a term of its own, multiplied with a factor that all share. Both are finite.</summary>
    public void Add(double factor, ReadOnlySpan<double> terms)
    {
        var sums = MemoryMarshal.Cast<double, Vector<double>>(_sums.AsSpan());
        var lost = MemoryMarshal.Cast<double, Vector<double>>(_lost.AsSpan());
        var added = MemoryMarshal.Cast<double, Vector<double>>(terms[.._sums.Length]);
        var factors = new Vector<double>(factor);
        for (var i = 0; i < added.Length; i++)
        {
            var (sum, term) = (sums[i], factors * added[i]);
            var next = sum + term;
            lost[i] += Vector.ConditionalSelect(Vector.GreaterThanOrEqual(Vector.Abs(sum), Vector.Abs(term)), sum - next + term, term - next + sum);
            sums[i] = next;
        }

        for (var i = added.Length * Vector<double>.Count; i < _sums.Length; i++)
        {
            var (sum, term) = (_sums[i], factor * terms[i]);
            var next = sum + term;
            _lost[i] += Math.Abs(sum) >= Math.Abs(term) ? sum - next + term : term - next + sum;
            _sums[i] = next;
        }
    }

    /// <summary>Sets every sum to 0.</summary>
    public void Clear()
    {
        Array.Clear(_sums);
        Array.Clear(_lost);
    }

    /// <summary>Writes each sum, divided by what all share.</summary>
    public void Divide(double by, Span<double> into)
    {
        var sums = MemoryMarshal.Cast<double, Vector<double>>(_sums.AsSpan());
        var lost = MemoryMarshal.Cast<double, Vector<double>>(_lost.AsSpan());
        var quotients = MemoryMarshal.Cast<double, Vector<double>>(into[.._sums.Length]);
        var divisors = new Vector<double>(by);
        for (var i = 0; i < quotients.Length; i++)
            quotients[i] = (sums[i] + lost[i]) / divisors;
        for (var i = quotients.Length * Vector<double>.Count; i < _sums.Length; i++)
            into[i] = (_sums[i] + _lost[i]) / by;
    }
}
