using System.Globalization;
using Domain;
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

/// <summary>Reads the values of rows. Each answers null where there is nothing to read or it cannot be read; then the first refusal of the row says so.</summary>
public static class RowValues
{
    public static DateTimeOffset? Instant(this ImportRow row, string column, string? text, ref RefusedRow? refused)
    {
        if (text is null) return null;
        if (Instants.Parse(text) is { } instant && Instants.IsWithin(instant)) return instant;
        refused ??= row.Refuse(column, $"'{Shortened(text)}' is no instant; write {Instants.Expected}.");
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
    public static string Shortened(string text) => text.Length <= 60 ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[59]) ? 59 : 60), "…");
}
