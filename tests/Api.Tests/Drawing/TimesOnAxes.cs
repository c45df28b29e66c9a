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
                        var shown = TimeZoneInfo.ConvertTime(Domain.Instants.FromDays(mark.At), zone);
                        if (mark.Label is [_, _, '-', .., ' ', _, _, ':', _, _])
                            Assert.Equal(shown.ToString("MM-dd HH:mm", CultureInfo.InvariantCulture), mark.Label);
                        else if (mark.Label.Length is 10 or 7 or 4)
                            Assert.True(
                                IsFirstOfItsDay(shown, zone)
                                    && shown.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture).StartsWith(mark.Label, StringComparison.Ordinal)
                            );
                    }
                }
            );

    // Where clocks are put forward at midnight, the day begins later.
    private static bool IsFirstOfItsDay(DateTimeOffset shown, TimeZoneInfo zone) =>
        shown.TimeOfDay == TimeSpan.Zero || TimeZoneInfo.ConvertTime(shown.AddTicks(-1), zone).Date < shown.Date;
}
