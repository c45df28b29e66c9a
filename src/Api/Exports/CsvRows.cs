using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using Domain;
using Worker.Importing;

namespace Api.Exports;

/// <summary>Writes rows as comma-separated values (RFC 4180).</summary>
internal static class CsvRows
{
    private const int Buffer = 1 << 16;

    /// <summary>Writes the columns' names and then row by row.</summary>
    /// <param name="body">Where to.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="forSpreadsheet">Whether a byte order mark says that this is UTF-8, and cells that a spreadsheet would run are made text.</param>
    /// <param name="token">Ends it.</param>
    public static async Task WriteAsync(
        Stream body,
        IReadOnlyList<string> columns,
        IAsyncEnumerable<object?[]> rows,
        bool forSpreadsheet,
        CancellationToken token
    )
    {
        await using var writer = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: forSpreadsheet), Buffer);
        await using var csv = new CsvWriter(writer, CultureInfo.InvariantCulture);
        foreach (var column in columns)
            csv.WriteField(column);
        await csv.NextRecordAsync();
        await foreach (var row in rows.WithCancellation(token))
        {
            foreach (var value in row)
                csv.WriteField(forSpreadsheet && IsText(value) ? SpreadsheetCells.Escape(Text(value)) : Text(value));
            await csv.NextRecordAsync();
        }
    }

    private static bool IsText(object? value) => value is string or IReadOnlyList<string> or JsonElement;

    private static string Text(object? value) =>
        value switch
        {
            null => "",
            string text => text,
            WrittenNumber number => number.Text,
            DateTimeOffset at => Instants.Format(at),
            bool flag => flag ? "true" : "false",
            IReadOnlyList<string> list => RowValues.Listed(list),
            JsonElement json => json.GetRawText(),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
}
