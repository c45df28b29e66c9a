using System.Globalization;

namespace Domain;

/// <summary>
/// Instants as text: a date (<c>2025-06-05</c>, its midnight UTC) or an RFC 3339 date-time with an offset. Nothing else is read as one, here or in a
/// file, since what a reader fills in (a day, a year, an offset) nobody wrote.
/// </summary>
/// <remarks>
/// An instant has microseconds, as PostgreSQL's have. Digits beyond the sixth are cut off, so that an instant is never read as a later one. The letters
/// T and Z may be lower case. The offset is from -23:59 to +23:59, and -00:00 is UTC. <c>24:00</c> is refused. A leap second is read as the instant that
/// follows it, and only where RFC 3339 has one: <c>23:59:60</c> UTC on the last day of a month. Years are 0001 to 9999, in UTC.
/// </remarks>
public static class Instants
{
    /// <summary>What a message says that an instant looks like.</summary>
    public const string Expected = "2025-06-05, or RFC 3339 with an offset, such as 2025-06-05T14:30:00Z";

    /// <summary>The first instant that can be reckoned with: a year within the calendar's beginning, so that nothing taken away goes beyond it.</summary>
    public static readonly DateTimeOffset Earliest = DateTimeOffset.MinValue.AddYears(1);

    /// <summary>The last instant that can be reckoned with: a year within the calendar's end.</summary>
    public static readonly DateTimeOffset Latest = ToMicroseconds(DateTimeOffset.MaxValue.AddYears(-1));

    private const int DateLength = 10;
    private const long TicksPerMicrosecond = 10;
    private const double MicrosecondsPerDay = 86_400_000_000;

    private static readonly (int First, int Last) EpochDays = ((DateTime.MinValue - DateTime.UnixEpoch).Days, (DateTime.MaxValue - DateTime.UnixEpoch).Days);

    /// <summary>The instant, or the end of the reckoned time that it lies beyond: what is asked as of then is the same.</summary>
    public static DateTimeOffset Clamp(DateTimeOffset instant) =>
        instant < Earliest ? Earliest
        : instant > Latest ? Latest
        : instant;

    /// <summary>Whether the instant can be reckoned with; both ends are included.</summary>
    public static bool IsWithin(DateTimeOffset instant) => instant >= Earliest && instant <= Latest;

    /// <summary>The instant in UTC, cut to whole microseconds.</summary>
    public static DateTimeOffset ToMicroseconds(DateTimeOffset instant) => new(instant.UtcTicks / TicksPerMicrosecond * TicksPerMicrosecond, TimeSpan.Zero);

    /// <summary>The instant that <paramref name="text"/> names, in UTC; null where it is neither a date nor an RFC 3339 date-time with an offset.</summary>
    public static DateTimeOffset? Parse(ReadOnlySpan<char> text)
    {
        if (text.Length < DateLength || text[4] != '-' || text[7] != '-')
            return null;
        if (Digits(text[..4]) is not (>= 1 and var year) || Digits(text[5..7]) is not (>= 1 and <= 12 and var month))
            return null;
        if (Digits(text[8..10]) is not (>= 1 and var day) || day > DateTime.DaysInMonth(year, month))
            return null;
        var midnight = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc);
        return text.Length == DateLength ? new DateTimeOffset(midnight) : TimeOf(midnight, text[DateLength..]);
    }

    /// <summary>The instant as it is shown: RFC 3339 in UTC, with as many of six decimals of the second as are not 0.</summary>
    public static string Format(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>The instant as a date where it is a midnight, UTC, and else as <see cref="Format"/> has it.</summary>
    public static string FormatAsDate(DateTimeOffset instant) =>
        ToMicroseconds(instant).TimeOfDay == TimeSpan.Zero ? instant.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : Format(instant);

    /// <summary>The days from 1970-01-01 UTC to the instant: the double nearest to the exact quotient.</summary>
    public static double ToDays(DateTimeOffset instant) => (instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TicksPerMicrosecond / MicrosecondsPerDay;

    /// <summary>The instant that lies that many days after 1970-01-01 UTC, to the nearest microsecond; an end of the calendar where it lies beyond
    /// it.</summary>
    public static DateTimeOffset FromDays(double days)
    {
        var whole = Math.Floor(days);
        if (whole < EpochDays.First)
            return DateTimeOffset.MinValue;
        if (whole > EpochDays.Last)
            return ToMicroseconds(DateTimeOffset.MaxValue);
        // The part of a day alone is multiplied: a product with the whole would be rounded to more than a microsecond.
        var microseconds = Math.Min(Math.Round((days - whole) * MicrosecondsPerDay), ((EpochDays.Last + 1 - whole) * MicrosecondsPerDay) - 1);
        return DateTimeOffset.UnixEpoch.AddTicks((((long)whole * 86_400_000_000) + (long)microseconds) * TicksPerMicrosecond);
    }

    // What follows the date: T, hh:mm:ss, a fraction where there is one, and the offset.
    private static DateTimeOffset? TimeOf(DateTime midnight, ReadOnlySpan<char> text)
    {
        if (text.Length < 10 || text[0] is not ('T' or 't') || text[3] != ':' || text[6] != ':')
            return null;
        if (Digits(text[1..3]) is not (>= 0 and < 24 and var hour) || Digits(text[4..6]) is not (>= 0 and < 60 and var minute))
            return null;
        if (Digits(text[7..9]) is not (>= 0 and <= 60 and var second))
            return null;
        var rest = text[9..];
        long fraction = 0;
        if (rest[0] == '.')
        {
            var length = 1;
            for (; length < rest.Length && char.IsAsciiDigit(rest[length]); length++)
            {
                if (length <= 6)
                    fraction = (fraction * 10) + (rest[length] - '0');
            }

            if (length == 1)
                return null;
            for (var digits = length - 1; digits < 6; digits++)
                fraction *= 10;
            rest = rest[length..];
        }

        if (OffsetMinutes(rest) is not { } offset)
            return null;
        var ticks =
            midnight.Ticks
            + (((hour * 60L) + minute - offset) * TimeSpan.TicksPerMinute)
            + (Math.Min(second, 59) * TimeSpan.TicksPerSecond)
            + (fraction * TicksPerMicrosecond);
        if (second == 60)
            return FollowingLeapSecond(ticks - (fraction * TicksPerMicrosecond));
        return IsInCalendar(ticks) ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
    }

    private static DateTimeOffset? FollowingLeapSecond(long secondBefore)
    {
        var ticks = secondBefore + TimeSpan.TicksPerSecond;
        if (!IsInCalendar(ticks))
            return null;
        var next = new DateTimeOffset(ticks, TimeSpan.Zero);
        return next.Day == 1 && next.TimeOfDay == TimeSpan.Zero ? next : null;
    }

    private static bool IsInCalendar(long ticks) => ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks;

    private static int? OffsetMinutes(ReadOnlySpan<char> text)
    {
        if (text is "Z" or "z")
            return 0;
        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':')
            return null;
        if (Digits(text[1..3]) is not (>= 0 and < 24 and var hours) || Digits(text[4..6]) is not (>= 0 and < 60 and var minutes))
            return null;
        var offset = (hours * 60) + minutes;
        return text[0] == '-' ? -offset : offset;
    }

    /// <summary>A number written in ASCII digits alone; -1 where it is not.</summary>
    private static int Digits(ReadOnlySpan<char> text)
    {
        var number = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
                return -1;
            number = (number * 10) + (c - '0');
        }

        return number;
    }
}
