using System.Globalization;

namespace Domain.Resolutions;

/// <summary>
/// Reads the dates that earlier versions recorded as outcomes and that are written in no form of today (see <see cref="Instants"/>): what a lenient parser of
/// the invariant culture made of them. Nothing new is read so.
/// </summary>
/// <remarks>
/// That parser took the month of 05/06/2025 to come first, and what had no offset to be UTC: so it stays. What was missing it took from the clock, at each
/// scoring anew. That clock is not known any more; the year, or the day, is taken from the instant at which the outcome was known, which lay before the
/// clock's and in nearly all cases in the same year.
/// </remarks>
public static class EarlierDates
{
    private static readonly string[] WithoutYear = ["MMMM d yyyy", "d MMMM yyyy", "MMM d yyyy", "d MMM yyyy", "M/d yyyy", "M-d yyyy"];
    private static readonly string[] TimeAlone = ["H:m", "H:m:s", "H:m:s.FFFFFFF", "h:m tt", "h:m:s tt", "h tt"];

    /// <summary>The instant that the text stood for, or null where it was no date then either.</summary>
    public static DateTimeOffset? Read(string text, DateTimeOffset knownAt)
    {
        text = text.Trim();
        if (DateTime.TryParseExact(text, TimeAlone, CultureInfo.InvariantCulture, DateTimeStyles.NoCurrentDateDefault, out var time))
        {
            return Instants.ToMicroseconds(new DateTimeOffset(knownAt.UtcDateTime.Date + time.TimeOfDay, TimeSpan.Zero));
        }

        var year = knownAt.UtcDateTime.Year.ToString("0000", CultureInfo.InvariantCulture);
        if (DateTime.TryParseExact($"{text} {year}", WithoutYear, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return new DateTimeOffset(day, TimeSpan.Zero);
        return NamesYear(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? Instants.ToMicroseconds(instant)
            : null;
    }

    // A year has four digits, or is the third of three numbers; without one the parser would ask the clock.
    private static bool NamesYear(string text)
    {
        var (digits, numbers) = (0, 0);
        foreach (var c in text)
        {
            digits = char.IsAsciiDigit(c) ? digits + 1 : 0;
            if (digits == 1)
                numbers++;
            if (digits == 4)
                return true;
        }

        return numbers == 3 && !text.Contains(':');
    }
}
