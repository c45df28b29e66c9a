using System.Globalization;
using Api.Drawing;
using CsCheck;

namespace Api.Tests.Drawing;

/// <summary>The times that are marked on an axis, in the zone of who looks at it.</summary>
public sealed class TimesOnAxes
{
    private static readonly TimeZoneInfo[] Zones =
    [
        .. new[]
        {
            "UTC",
            "Asia/Seoul",
            "America/New_York",
            "America/St_Johns",
            "Australia/Lord_Howe",
            "America/Sao_Paulo",
            "Pacific/Apia",
            "Asia/Kathmandu",
        }.Select(TimeZoneInfo.FindSystemTimeZoneById),
    ];

    [Fact]
    public void Are_round_on_the_clocks_of_the_zone_and_in_order_within_the_axis() =>
        Gen.Select(Gen.Int[0, Zones.Length - 1].Select(i => Zones[i]), Gen.DateTime[new DateTime(1970, 1, 1), new DateTime(2037, 1, 1)], Gen.Double[-2.5, 4])
            .Sample(
                (zone, start, scale) =>
                {
                    var from = TimeMarks.Days(start.Ticks);
                    var axis = Axis.OfTime(from, from + Math.Pow(10, scale), "", 7, zone);
                    // Clocks that are put back within a few minutes show no time that lies between both ends.
                    if (zone.GetUtcOffset(Domain.Instants.FromDays(axis.From)) == zone.GetUtcOffset(Domain.Instants.FromDays(axis.To)))
                        Assert.NotEmpty(axis.Marks);
                    Assert.Equal(axis.Marks.Select(m => m.At).Order().Distinct(), axis.Marks.Select(m => m.At));
                    foreach (var mark in axis.Marks)
                    {
                        Assert.InRange(mark.At, axis.From - 1e-6, axis.To + 1e-6);
                        var shown = Shown(mark.At, zone);
                        if (mark.Label is [_, _, '-', .., ' ', _, _, ':', _, _])
                            Assert.Equal(shown.ToString("MM-dd HH:mm", CultureInfo.InvariantCulture), mark.Label);
                        else if (mark.Label.Length == 8)
                            Assert.Equal(shown.ToString("HH:mm:ss", CultureInfo.InvariantCulture), mark.Label);
                        else
                            Assert.True(
                                IsFirstOf(mark.Label.Length, shown, zone)
                                    && shown.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture).StartsWith(mark.Label, StringComparison.Ordinal)
                            );
                    }

                    AreSteps(axis, zone);
                }
            );

    // One round step goes through all of them, of which the axis has seven at most: a mark at 13:17 is on none but that of a minute.
    private static void AreSteps(Axis axis, TimeZoneInfo zone)
    {
        var times = axis.Marks.Where(m => m.Label.Contains(':', StringComparison.Ordinal)).Select(m => Meant(m.At, zone)).ToList();
        if (times.Count == 0)
            return;
        var step = Steps.LastOrDefault(s => times.TrueForAll(t => Array.Exists(t, m => m.Ticks % s.Ticks == 0)));
        var length = Shown(axis.To, zone).DateTime - Shown(axis.From, zone).DateTime;
        Assert.True(length <= (7 * step) + TimeSpan.FromMilliseconds(1), $"{zone.Id}: {string.Join(", ", axis.Marks.Select(m => m.Label))} on {length}");
    }

    private static readonly TimeSpan[] Steps =
    [
        .. new[] { 1.0, 5, 10, 30 }.Select(TimeSpan.FromSeconds),
        .. new[] { 1.0, 5, 10, 30 }.Select(TimeSpan.FromMinutes),
        .. new[] { 1.0, 3, 6, 12 }.Select(TimeSpan.FromHours),
    ];

    private static DateTimeOffset Shown(double days, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(Domain.Instants.FromDays(days), zone);

    // Where clocks are put forward over a round time they never show it, and it is marked as long after the change as it would have been.
    private static DateTime[] Meant(double days, TimeZoneInfo zone)
    {
        var shown = Shown(days, zone);
        var missed = shown.DateTime - (shown.Offset - TimeZoneInfo.ConvertTime(shown.AddDays(-1), zone).Offset);
        return missed < shown.DateTime && TimeZoneInfo.ConvertTime(new DateTimeOffset(missed, shown.Offset), zone).DateTime != missed
            ? [shown.DateTime, missed]
            : [shown.DateTime];
    }

    private static bool IsFirstOf(int label, DateTimeOffset shown, TimeZoneInfo zone) =>
        IsFirstOfItsDay(shown, zone) && (label == 10 || (shown.Day == 1 && (label == 7 || (label == 4 && shown.Month == 1))));

    // Where clocks are put forward at midnight, the day begins later.
    private static bool IsFirstOfItsDay(DateTimeOffset shown, TimeZoneInfo zone) =>
        shown.TimeOfDay == TimeSpan.Zero || TimeZoneInfo.ConvertTime(shown.AddTicks(-1), zone).Date < shown.Date;
}
