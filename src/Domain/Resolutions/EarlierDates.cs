using System.Globalization;

namespace Domain.Resolutions;

/// <summary>
/// Reads dates that earlier versions recorded as outcomes, in forms that are no longer taken (see <see cref="Instants"/>). They keep the meaning that the
/// lenient parser of the invariant culture gave them. Nothing new is read this way.
/// </summary>
/// <remarks>
/// That parser read the month of 05/06/2025 first, and took a date without an offset as UTC. It filled what was missing from the clock, anew at each scoring.
/// That clock is not known any more. The year, or the day, is therefore taken from the instant at which the outcome was known, which was earlier than the
/// clock and in nearly all cases in the same year.
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

    // A year has four digits, or is the third of three numbers. Without a year the parser would read the clock.
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
