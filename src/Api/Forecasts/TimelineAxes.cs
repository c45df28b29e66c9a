using Api.Drawing;
using Domain.Questions;

namespace Api.Forecasts;

/// <summary>From where to where a question is drawn over time, and what is marked there: the same in every form of the picture.</summary>
public static class TimelineAxes
{
    // So that what happened at one instant still has a time axis.
    private const double ShortestDays = 1.0 / (24 * 60);

    private const int MostTimes = 7;

    /// <summary>Where the time ends: what is forecast after the outcome was known or after the close says nothing.</summary>
    /// <param name="until">The instant of which the picture is.</param>
    /// <param name="closesAt">The question's close.</param>
    /// <param name="knownAt">The instant from which its outcome was known; null where none stands.</param>
    public static DateTimeOffset End(DateTimeOffset until, DateTimeOffset closesAt, DateTimeOffset? knownAt) =>
        new[] { until, closesAt, knownAt ?? DateTimeOffset.MaxValue }.Min();

    /// <summary>The axis of time, in days since 1970-01-01 UTC.</summary>
    /// <param name="from">Where it begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="zone">In which zone the times that are marked are round; null for UTC.</param>
    public static Axis Across(DateTimeOffset from, DateTimeOffset to, TimeZoneInfo? zone = null)
    {
        var first = TimeMarks.Days(from.UtcTicks);
        return Axis.OfTime(first, Math.Max(TimeMarks.Days(to.UtcTicks), first + ShortestDays), "", MostTimes, zone);
    }

    /// <summary>The axis of values in a range: what is drawn, and a little room beyond it.</summary>
    /// <param name="range">The question's range.</param>
    /// <param name="areDays">Whether the values are days.</param>
    /// <param name="heights">Every value that is drawn; none for the whole range.</param>
    /// <param name="name">What the axis measures, in words.</param>
    public static Axis Up(QuestionRange range, bool areDays, IReadOnlyCollection<double> heights, string name)
    {
        var (low, high) = heights.Count == 0 ? (range.Min, range.Max) : (heights.Min(), heights.Max());
        if (!(high > low))
            (low, high) = (low - (0.05 * (range.Max - range.Min)), high + (0.05 * (range.Max - range.Min)));
        var room = 0.05 * (high - low);
        return areDays ? Axis.OfTime(low - room, high + room, name) : Axis.OfNumbers(low - room, high + room, name);
    }
}
