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

    // A date-time holds the years 1 to 9999.
    private static readonly double First = (DateTime.MinValue - DateTime.UnixEpoch).TotalDays;
    private static readonly double Last = (DateTime.MaxValue - DateTime.UnixEpoch).TotalDays - 1;

    /// <summary>An instant as days since 1970-01-01 UTC.</summary>
    public static double Days(long utcTicks) => (utcTicks - DateTime.UnixEpoch.Ticks) / (double)TimeSpan.TicksPerDay;

    /// <summary>Times that are round on the clocks of a zone, in their order.</summary>
    public static IReadOnlyList<AxisMark> Between(double from, double to, int most, TimeZoneInfo zone)
    {
        if (!(to > from))
            return [];
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

    // Where clocks are put forward they do not show every time: what they show instead is marked, once.
    private static IReadOnlyList<AxisMark> Marks(IEnumerable<DateTime> shown, string form, TimeZoneInfo zone) =>
        [
            .. shown
                .Select(t => Math.Clamp(t.Ticks - zone.GetUtcOffset(t).Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks))
                .Distinct()
                .Select(utc => new AxisMark(Days(utc), Shown(new DateTime(utc, DateTimeKind.Utc), zone).ToString(form, CultureInfo.InvariantCulture))),
        ];
}
