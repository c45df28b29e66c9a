using System.Globalization;

namespace Api.Drawing;

/// <summary>Round times to mark on an axis of days since 1970-01-01 UTC.</summary>
internal static class TimeMarks
{
    private static readonly TimeSpan[] Steps =
    [
        .. new[] { 1.0, 5, 10, 30 }.Select(TimeSpan.FromSeconds),
        .. new[] { 1.0, 5, 10, 30 }.Select(TimeSpan.FromMinutes),
        .. new[] { 1.0, 3, 6, 12 }.Select(TimeSpan.FromHours),
        .. new[] { 1.0, 2, 7, 14 }.Select(TimeSpan.FromDays),
    ];

    private static readonly int[] Months = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000];

    // A tenth of a millisecond, less than which days as doubles do not tell.
    private const double Least = 1e-9;

    // A date-time holds the years 1 to 9999.
    private static readonly double First = (DateTime.MinValue - DateTime.UnixEpoch).TotalDays;
    private static readonly double Last = (DateTime.MaxValue - DateTime.UnixEpoch).TotalDays - 1;

    /// <summary>An instant as days since 1970-01-01 UTC.</summary>
    public static double Days(long utcTicks) => (utcTicks - DateTime.UnixEpoch.Ticks) / (double)TimeSpan.TicksPerDay;

    /// <summary>Times that are round on the clocks of a zone, in their order.</summary>
    public static IReadOnlyList<AxisMark> Between(double from, double to, int most, TimeZoneInfo zone) =>
        // A time that clocks show twice, or not at all, may have its instant beyond an end.
        to > from
            ? [.. Marks(from, to, most, zone).Where(m => m.At >= from - Least && m.At <= to + Least)]
            : [];

    private static IReadOnlyList<AxisMark> Marks(double from, double to, int most, TimeZoneInfo zone)
    {
        var (first, last) = (Shown(from, zone), Shown(to, zone));
        foreach (var step in Steps)
        {
            if ((last - first) / step > most)
                continue;
            var start = new DateTime((first.Ticks + step.Ticks - 1) / step.Ticks * step.Ticks);
            var form =
                step.TotalDays >= 1 ? "yyyy-MM-dd"
                : step.TotalMinutes >= 1 ? "MM-dd HH:mm"
                : "HH:mm:ss";
            return Marks(Enumerable.Range(0, most + 2).Select(i => start + (i * step)).Where(t => t <= last), form, zone);
        }

        var months = Array.Find(Months, m => (last - first).TotalDays / (30.4 * m) <= most) is var found && found > 0 ? found : Months[^1];
        var marks = new List<DateTime>();
        for (
            var month = ((first.Year * 12) + first.Month - 1 + months - 1) / months * months;
            month / 12 is var year and <= 9999 && marks.Count < 2 * most;
            month += months
        )
        {
            if (year < 1)
                continue;
            var at = new DateTime(year, (month % 12) + 1, 1);
            if (at > last)
                break;
            if (at >= first)
                marks.Add(at);
        }

        return Marks(marks, months >= 12 ? "yyyy" : "yyyy-MM", zone);
    }

    /// <summary>What the clocks of a zone show at days since 1970-01-01 UTC.</summary>
    private static DateTime Shown(double days, TimeZoneInfo zone) => Shown(DateTime.UnixEpoch.AddDays(Math.Clamp(days, First, Last)), zone);

    private static DateTime Shown(DateTime utc, TimeZoneInfo zone) =>
        DateTime.SpecifyKind(TimeZoneInfo.ConvertTimeFromUtc(utc, zone), DateTimeKind.Unspecified);

    private static IReadOnlyList<AxisMark> Marks(IEnumerable<DateTime> shown, string form, TimeZoneInfo zone) =>
        [
            .. shown
                .Select(t => Instant(t, zone))
                .Distinct()
                .Select(utc => new AxisMark(Days(utc.Ticks), Shown(utc, zone).ToString(form, CultureInfo.InvariantCulture))),
        ];

    /// <summary>
    /// The instant at which the clocks of a zone show a time, the first of two where they are put back. Where they are put forward they do not show every
    /// time: then the instant that is as long after the change as the time would have been, which is what they show instead.
    /// </summary>
    private static DateTime Instant(DateTime shown, TimeZoneInfo zone)
    {
        var (before, after) = (Reckoned(-1), Reckoned(1));
        return Shown(before, zone) != shown && Shown(after, zone) == shown ? after : before;

        // By the clocks of so many days later, which have, or have not yet, been put forward or back.
        DateTime Reckoned(int days)
        {
            var near = new DateTime(Within(shown.Ticks + (days * TimeSpan.TicksPerDay)), DateTimeKind.Utc);
            return new DateTime(Within(shown.Ticks - zone.GetUtcOffset(near).Ticks), DateTimeKind.Utc);
        }
    }

    private static long Within(long ticks) => Math.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks);
}
