using System.Globalization;
using Domain;
using Store.Importing;

namespace Worker.Importing;

/// <summary>A row of a file. Its values are in the places of <see cref="ImportColumns.Of"/>; an empty value is null.</summary>
/// <param name="Line">The line at which it begins; the first line of the file is 1.</param>
/// <param name="Values">The row's values in the order of the kind's columns; null where it has none.</param>
/// <param name="Problem">Why its values could not be parsed; null if they could.</param>
public sealed record ImportRow(long Line, string?[] Values, RefusedRow? Problem = null)
{
    /// <summary>Marks a row whose value cannot be read.</summary>
    public RefusedRow Refuse(string? field, string reason) => new(Line, field, reason);
}

/// <summary>
/// Reads the values of rows. Each method returns null if there is no value or if it cannot be read. In the second case, the first refusal of the row says so.
/// </summary>
public static class RowValues
{
    /// <summary>An instant of a row; null, with a refusal, if the text is not an instant.</summary>
    public static DateTimeOffset? Instant(this ImportRow row, string column, string? text, ref RefusedRow? refused)
    {
        if (text is null)
            return null;
        if (Instants.Parse(text) is { } instant && Instants.IsWithin(instant))
            return instant;
        refused ??= row.Refuse(column, $"'{Shortened(text)}' is no instant; write {Instants.Expected}.");
        return null;
    }

    /// <summary>
    /// A finite number in ASCII digits, with an optional decimal point and exponent. Spaces, thousands separators and percent signs are not allowed.
    /// </summary>
    public static double? Number(this ImportRow row, string column, string? text, ref RefusedRow? refused)
    {
        if (text is null)
            return null;
        const NumberStyles Written = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (double.TryParse(text, Written, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && (number != 0 || !IsTooSmall(text)))
            return number;
        refused ??= row.Refuse(
            column,
            $"'{Shortened(text)}' is no number that can be kept; write digits with a decimal point, without spaces, percent signs or separators, such "
                + "as 0.25 or 1.5e-3."
        );
        return null;
    }

    /// <summary>Whether the text says true. An empty text is false.</summary>
    public static bool Flag(this ImportRow row, string column, string? text, ref RefusedRow? refused)
    {
        switch (text?.ToLowerInvariant())
        {
            case null or "false" or "0" or "no":
                return false;
            case "true" or "1" or "yes":
                return true;
            default:
                refused ??= row.Refuse(column, $"'{Shortened(text)}' is neither true nor false; write one of the two.");
                return false;
        }
    }

    /// <summary>The value with that name in the contract's spelling, regardless of case; null if there is none. Numbers and lists are not names.</summary>
    public static T? Choice<T>(string text)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(Enum.GetName(value), text, StringComparison.OrdinalIgnoreCase))
                return value;
        }

        return null;
    }

    /// <summary>All names of an enumeration, in the contract's spelling.</summary>
    public static string Choices<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetNames<T>().Select(n => char.ToLowerInvariant(n[0]) + n[1..]));

    /// <summary>A list whose entries are separated by <c>|</c>. A <c>|</c> or <c>\</c> in an entry is escaped with <c>\</c>.</summary>
    public static IReadOnlyList<string> List(string? text)
    {
        if (text is null)
            return [];
        if (!text.Contains('\\'))
            return text.Split('|');
        var entries = new List<string>();
        var entry = new System.Text.StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '|' or '\\')
                entry.Append(text[++i]);
            else if (text[i] != '|')
                entry.Append(text[i]);
            else
            {
                entries.Add(entry.ToString());
                entry.Clear();
            }
        }

        entries.Add(entry.ToString());
        return entries;
    }

    /// <summary>The text of a list, which <see cref="List"/> can read.</summary>
    public static string Listed(IEnumerable<string> entries) =>
        string.Join('|', entries.Select(e => e.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal)));

    /// <summary>A value as a refusal can show it.</summary>
    public static string Shortened(string text) => text.Shortened(RefusedRow.LongestQuote);

    // A number other than 0 that a double cannot distinguish from 0.
    private static bool IsTooSmall(string text) =>
        text.AsSpan(0, text.AsSpan().IndexOfAny('e', 'E') is >= 0 and var e ? e : text.Length).IndexOfAnyInRange('1', '9') >= 0;
}
