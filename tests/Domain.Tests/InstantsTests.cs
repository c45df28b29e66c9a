using CsCheck;
using Domain;
using Xunit;

namespace Domain.Tests;

/// <summary>What is read as an instant, and what is not: nothing that the reader would have to fill in.</summary>
public sealed class InstantsTests
{
    [Theory]
    [InlineData("2023-03-09", "2023-03-09T00:00:00Z")]
    [InlineData("2023-03-09T17:05:06Z", "2023-03-09T17:05:06Z")]
    [InlineData("2023-03-09t17:05:06z", "2023-03-09T17:05:06Z")]
    [InlineData("2023-03-09T01:30:00+02:00", "2023-03-08T23:30:00Z")]
    [InlineData("2023-03-09T01:30:00-23:59", "2023-03-10T01:29:00Z")]
    [InlineData("2023-03-09T01:30:00-00:00", "2023-03-09T01:30:00Z")]
    [InlineData("2023-03-09T01:30:00.5Z", "2023-03-09T01:30:00.5Z")]
    [InlineData("2023-03-09T01:30:00.123456Z", "2023-03-09T01:30:00.123456Z")]
    [InlineData("2023-03-09T01:30:00.1234569Z", "2023-03-09T01:30:00.123456Z")]
    [InlineData("2023-03-09T01:30:00.999999999999+00:00", "2023-03-09T01:30:00.999999Z")]
    [InlineData("2024-02-29", "2024-02-29T00:00:00Z")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z")]
    [InlineData("2015-07-01T08:59:60.7+09:00", "2015-07-01T00:00:00Z")]
    [InlineData("0001-01-01", "0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z")]
    public void Dates_and_date_times_with_an_offset_are_instants(string text, string instant) =>
        Assert.Equal(instant, Instants.Format(Instants.Parse(text)!.Value));

    [Theory]
    [InlineData("09/03/2023")]
    [InlineData("3/9/2023")]
    [InlineData("March 9")]
    [InlineData("9 Mar 2023")]
    [InlineData("17:05")]
    [InlineData("2023")]
    [InlineData("2023-03")]
    [InlineData("2023-3-9")]
    [InlineData("20230309")]
    [InlineData("2023-W10-4")]
    [InlineData("2023-068")]
    [InlineData("1678381506")]
    [InlineData("now")]
    [InlineData("")]
    [InlineData(" 2023-03-09")]
    [InlineData("2023-03-09 ")]
    [InlineData("2023-02-29")]
    [InlineData("2023-13-01")]
    [InlineData("2023-00-10")]
    [InlineData("2023-04-31")]
    [InlineData("0000-01-01")]
    [InlineData("-2023-03-09")]
    [InlineData("+2023-03-09")]
    [InlineData("10000-01-01")]
    [InlineData("2023-03-09Z")]
    [InlineData("2023-03-09T")]
    [InlineData("2023-03-09T17:05:06")]
    [InlineData("2023-03-09 17:05:06Z")]
    [InlineData("2023-03-09T17:05Z")]
    [InlineData("2023-03-09T17Z")]
    [InlineData("2023-03-09T170506Z")]
    [InlineData("2023-03-09T17:05:06.Z")]
    [InlineData("2023-03-09T17:05:06,5Z")]
    [InlineData("2023-03-09T24:00:00Z")]
    [InlineData("2023-03-09T17:60:00Z")]
    [InlineData("2023-03-09T17:05:60Z")]
    [InlineData("2023-03-09T23:59:60Z")]
    [InlineData("2023-03-09T17:05:61Z")]
    [InlineData("2023-03-09T17:05:06+2")]
    [InlineData("2023-03-09T17:05:06+0200")]
    [InlineData("2023-03-09T17:05:06+02")]
    [InlineData("2023-03-09T17:05:06+24:00")]
    [InlineData("2023-03-09T17:05:06+02:60")]
    [InlineData("2023-03-09T17:05:06 02:00")]
    [InlineData("2023-03-09T17:05:06ZZ")]
    [InlineData("2023-03-09T17:05:06 UTC")]
    [InlineData("2023-03-09T17:05:06\u221202:00")]
    [InlineData("２０２３-03-09")]
    [InlineData("0001-01-01T00:00:00+00:01")]
    [InlineData("9999-12-31T23:59:59-00:01")]
    public void Nothing_else_is_one(string text) => Assert.Null(Instants.Parse(text));

    private static readonly Gen<DateTimeOffset> Any = Gen.Long[0, DateTime.MaxValue.Ticks / 10]
        .Select(microseconds => new DateTimeOffset(microseconds * 10, TimeSpan.Zero));

    [Fact]
    public void What_is_shown_reads_as_the_same_instant_from_any_offset() =>
        Gen.Select(Any, Gen.Int[-840, 840])
            .Sample(
                (instant, minutes) =>
                {
                    Assert.Equal(instant, Instants.Parse(Instants.Format(instant)));
                    Assert.Equal(instant, Instants.Parse(Instants.FormatAsDate(instant)));
                    var offset = TimeSpan.FromMinutes(minutes);
                    if (instant.Ticks + offset.Ticks is < 0 or > 3_155_378_975_999_999_999)
                        return;
                    Assert.Equal(
                        instant,
                        Instants.Parse(instant.ToOffset(offset).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", System.Globalization.CultureInfo.InvariantCulture))
                    );
                }
            );

    [Fact]
    public void A_day_as_a_number_names_its_instant_to_the_microsecond_from_1900_to_2100() =>
        Gen.Long[-2_208_988_800_000_000, 4_102_444_800_000_000]
            .Sample(microseconds =>
            {
                var instant = DateTimeOffset.UnixEpoch.AddTicks(microseconds * 10);
                Assert.Equal(instant, Instants.FromDays(Instants.ToDays(instant)));
            });

    [Theory]
    [InlineData(-1e300, "0001-01-01T00:00:00Z")]
    [InlineData(-719_162, "0001-01-01T00:00:00Z")]
    [InlineData(-719_162.5, "0001-01-01T00:00:00Z")]
    [InlineData(2_932_896.75, "9999-12-31T18:00:00Z")]
    [InlineData(2_932_897, "9999-12-31T23:59:59.999999Z")]
    [InlineData(1e300, "9999-12-31T23:59:59.999999Z")]
    public void A_number_beyond_the_calendar_is_its_end(double days, string instant) => Assert.Equal(instant, Instants.Format(Instants.FromDays(days)));

    [Fact]
    public void Text_of_any_kind_is_read_or_is_not_and_never_fails() =>
        Gen.OneOf(Gen.String, Gen.String[Gen.Char["0123456789-:.TtZz+ "], 0, 35])
            .Sample(text =>
            {
                if (Instants.Parse(text) is { } instant)
                    Assert.Equal(instant, Instants.ToMicroseconds(instant));
            });
}
