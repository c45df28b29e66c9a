using Domain.Statistics;

namespace Domain.Calibration;

/// <summary>
/// Right-closed bins over [0, 1]: the first is closed at both ends, so that every forecast, 0 and 1 among them, lies in exactly one. A forecast that is
/// the same decimal as an edge is on it.
/// </summary>
public sealed class ReliabilityBins
{
    private readonly double[] _edges;

    private ReliabilityBins(double[] edges)
    {
        _edges = edges;
    }

    /// <summary>From 0 to 1, rising; bin i reaches from edge i to edge i + 1.</summary>
    public ReadOnlySpan<double> Edges => _edges;

    /// <summary>How many bins.</summary>
    public int Count => _edges.Length - 1;

    /// <summary>Bins of equal width; edge i is i/<paramref name="count"/>.</summary>
    public static ReliabilityBins EqualWidth(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var edges = new double[count + 1];
        for (var i = 0; i <= count; i++)
            edges[i] = (double)i / count;
        return new ReliabilityBins(edges);
    }

    /// <summary>Bins between given edges.</summary>
    /// <exception cref="ArgumentException">The edges do not rise from exactly 0 to exactly 1.</exception>
    public static ReliabilityBins Between(ReadOnlySpan<double> edges)
    {
        if (edges.Length < 2 || edges[0] != 0 || edges[^1] != 1)
            throw new ArgumentException("Edges begin with 0 and end with 1.", nameof(edges));
        for (var i = 1; i < edges.Length; i++)
        {
            if (!(edges[i] > edges[i - 1]))
                throw new ArgumentException($"Edge {i}, {edges[i]}, does not rise above the one before it.", nameof(edges));
        }

        return new ReliabilityBins(edges.ToArray());
    }

    /// <summary>The bin that holds a forecast in [0, 1].</summary>
    public int IndexOf(double forecast)
    {
        if (!(forecast >= 0 && forecast <= 1))
            throw new ArgumentOutOfRangeException(nameof(forecast), forecast, "A forecast lies in [0, 1].");
        var at = Array.BinarySearch(_edges, forecast);
        if (at < 0)
            at = Decimals.AreEqual(_edges[~at - 1], forecast) ? ~at - 1 : ~at;
        return Math.Max(0, at - 1);
    }
}
