using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using CsvHelper;

namespace Api.Tests.Exporting;

/// <summary>Reads what a running service exports.</summary>
internal static class ExportedFiles
{
    /// <summary>What another service says otherwise of the same history: when and under which id it came to know.</summary>
    private static readonly string[] OfTheService = ["event_id", "recorded_at", "imported", "after_outcome"];

    public static async Task<string> ExportAsync(this RunningApi api, string kind, string query = "")
    {
        using var response = await api.Owner.GetAsync(new Uri($"/exports/{kind}?{query}", UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return text;
    }

    /// <summary>The rows of an export, by column.</summary>
    public static async Task<IReadOnlyList<Dictionary<string, string>>> RowsAsync(this RunningApi api, string kind, string query = "") =>
        Rows(await api.ExportAsync(kind, query));

    public static IReadOnlyList<Dictionary<string, string>> Rows(string csv)
    {
        using var reader = new CsvReader(new StringReader(csv), CultureInfo.InvariantCulture);
        reader.Read();
        reader.ReadHeader();
        var rows = new List<Dictionary<string, string>>();
        while (reader.Read())
            rows.Add(reader.HeaderRecord!.ToDictionary(c => c, c => reader.GetField(c)!, StringComparer.Ordinal));
        return rows;
    }

    /// <summary>The file without what only the service that wrote it can say.</summary>
    public static string OfHistory(string file, string format)
    {
        var text = new StringBuilder();
        if (format == "csv")
        {
            foreach (var row in Rows(file))
                text.AppendLine(JsonSerializer.Serialize(row.Where(c => !OfTheService.Contains(c.Key)).ToDictionary()));
            return text.ToString();
        }

        foreach (var line in file.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var row = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(line)!;
            text.AppendLine(JsonSerializer.Serialize(row.Where(c => !OfTheService.Contains(c.Key)).ToDictionary()));
        }

        return text.ToString();
    }
}
