namespace Api.Drawing;

/// <summary>A mark on an axis.</summary>
/// <param name="At">Where, in the axis' unit.</param>
/// <param name="Label">What stands at it.</param>
public readonly record struct AxisMark(double At, string Label);

/// <summary>An axis of a plot: from where to where it goes, and what is marked on it.</summary>
/// <param name="From">Its lower end.</param>
/// <param name="To">Its upper end.</param>
/// <param name="Marks">What is marked on it.</param>
/// <param name="Name">What it measures, in words; empty for nothing.</param>
public sealed record Axis(double From, double To, IReadOnlyList<AxisMark> Marks, string Name)
{
    /// <summary>All probabilities, in percent: the axis of pages, whatever is shown.</summary>
    public static Axis OfPercent() => new(0, 1, [.. Enumerable.Range(0, 5).Select(i => new AxisMark(i / 4.0, $"{25 * i}\u202f%"))], "");

    /// <summary>Probabilities, all of them, whatever is shown; a little beyond both ends, so that what lies at an end is seen whole.</summary>
    public static Axis OfProbability(string name) => OfPercent() with { From = -0.03, To = 1.03, Name = name };

    /// <summary>Numbers, with round ones marked.</summary>
    public static Axis OfNumbers(double from, double to, string name, int most = 7) => new(from, to, NumberMarks.Between(from, to, most), name);

    /// <summary>Days since 1970-01-01 UTC, with days, months or years marked, or hours and minutes where it is short.</summary>
    /// <param name="from">Its lower end.</param>
    /// <param name="to">Its upper end.</param>
    /// <param name="name">What it measures.</param>
    /// <param name="most">How many marks there are at most, or a few more.</param>
    /// <param name="zone">In which zone the times that are marked are round; null for UTC.</param>
    public static Axis OfTime(double from, double to, string name, int most = 7, TimeZoneInfo? zone = null) =>
        new(from, to, TimeMarks.Between(from, to, most, zone ?? TimeZoneInfo.Utc), name);
}
