using Domain.Statistics;

namespace Domain.Scoring.Points;

/// <summary>The crowd's median of the daily loss, day by day, summed so that any run of days is a difference.</summary>
internal sealed class DailyCrowd(int days)
{
    private readonly double[] _medians = new double[days];
    private readonly CompensatedSum[] _sums = new CompensatedSum[days + 1];
    private readonly int[] _counts = new int[days + 1];

    /// <summary>How many days have been told.</summary>
    public int Told { get; private set; }

    /// <summary>The next day's median; null where nobody of the crowd stood at its end.</summary>
    public void Tell(double? median)
    {
        _medians[Told] = median ?? double.NaN;
        _counts[Told + 1] = _counts[Told] + (median is null ? 0 : 1);
        var sum = _sums[Told];
        if (median is { } value)
            sum.Add(value);
        _sums[++Told] = sum;
    }

    /// <summary>A day's median, or null.</summary>
    public double? this[int day] => double.IsNaN(_medians[day]) ? null : _medians[day];

    /// <summary>The sum over a run of days of a loss's distance from the median; a day without a crowd counts 0.</summary>
    public double Distance(double loss, int fromDay, int toDay) =>
        (loss * (_counts[toDay] - _counts[fromDay])) - CompensatedSum.Difference(_sums[toDay], _sums[fromDay]);
}
