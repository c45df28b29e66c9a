using System.Globalization;
using Store.Importing;

namespace Worker.Importing;

/// <summary>A row as it stands in a file, its values by the places of <see cref="ImportColumns.Of"/>; what is empty is null.</summary>
/// <param name="Line">The line at which it begins; the first line of the file is 1.</param>
/// <param name="Problem">Why its values could not be taken apart, where they could not.</param>
public sealed record ImportRow(long Line, string?[] Values, RefusedRow? Problem = null)
{
    /// <summary>Marks a row whose value cannot be read.</summary>
    public RefusedRow Refuse(string? field, string reason) => new(Line, field, reason);
}

/// <summary>Reads the values of rows; each answers null and a refusal where it cannot.</summary>
internal static class RowValues
{
    public static DateTimeOffset? Instant(this ImportRow row, string column, string? text, ref RefusedRow? refused)
    {
        if (text is null) return null;
        // Most files hold whole seconds of UTC.
        if (text.Length == 20 && text[^1] == 'Z'
            && DateTime.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var whole))
        {
            return new DateTimeOffset(whole, TimeSpan.Zero);
        }

        var offset = text.Contains('T') && (text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-'));
        if (offset && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var instant)) return instant.ToUniversalTime();
        refused ??= row.Refuse(column, $"'{Shortened(text)}' is no instant; write RFC 3339 with its offset, for example 2017-08-01T00:00:00Z.");
        return null;
    }

    public static double? Number(this ImportRow row, string column, string? text, ref RefusedRow? refused)
    {
        if (text is null) return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)) return number;
        refused ??= row.Refuse(column, $"'{Shortened(text)}' is no number; write it with a decimal point, for example 0.25.");
        return null;
    }

    public static bool Flag(this ImportRow row, string column, string? text, ref RefusedRow? refused)
    {
        switch (text?.ToLowerInvariant())
        {
            case null or "false" or "0" or "no":
                return false;
            case "true" or "1" or "yes":
                return true;
            default:
                refused ??= row.Refuse(column, $"'{Shortened(text)}' is neither true nor false.");
                return false;
        }
    }

    /// <summary>A list whose entries are parted by <c>|</c>; a <c>|</c> or <c>\</c> within an entry has a <c>\</c> before it.</summary>
    public static IReadOnlyList<string> List(string? text)
    {
        if (text is null) return [];
        if (!text.Contains('\\')) return text.Split('|');
        var entries = new List<string>();
        var entry = new System.Text.StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '|' or '\\') entry.Append(text[++i]);
            else if (text[i] != '|') entry.Append(text[i]);
            else
            {
                entries.Add(entry.ToString());
                entry.Clear();
            }
        }

        entries.Add(entry.ToString());
        return entries;
    }

    /// <summary>The text of a list, from which <see cref="List"/> reads it again.</summary>
    public static string Listed(IEnumerable<string> entries) =>
        string.Join('|', entries.Select(e => e.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal)));

    /// <summary>A value as a refusal can show it.</summary>
    public static string Shortened(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
