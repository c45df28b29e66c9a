using System.Globalization;
using System.Text.Json;

namespace Store.Events;

/// <summary>Lists within a list, as text for a statement over many rows. An array of arrays would have to be rectangular.</summary>
internal static class SqlText
{
    /// <summary>Words as a JSON array.</summary>
    public static string Array(IReadOnlyList<string> words) => JsonSerializer.Serialize(words);

    /// <summary>Numbers as an array literal that reads back to the same bits; empty for none.</summary>
    public static string Array(IEnumerable<double>? numbers) =>
        numbers is null ? "" : $"{{{string.Join(',', numbers.Select(n => n.ToString("R", CultureInfo.InvariantCulture)))}}}";
}
