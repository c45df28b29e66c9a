using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Store.Events;
using Store.Importing;

namespace Worker.Importing;

/// <summary>The file cannot be read any further. The message says what to change.</summary>
public sealed class UnreadableFileException(string message) : Exception(message);

/// <summary>Reads the rows of a file of any size one by one. A faulty row is returned as such, and reading continues with the next.</summary>
public static class ImportedFile
{
    /// <summary>The most characters of a row, and so of a value.</summary>
    public const int Longest = 1 << 20;

    /// <param name="file">The file.</param>
    /// <param name="kind">What it holds.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="places">The places of the columns to read; empty for all.</param>
    /// <exception cref="UnreadableFileException">While it is enumerated: the columns are wrong, or a line is too long.</exception>
    public static IEnumerable<ImportRow> Rows(Stream file, ImportKind kind, ImportFormat format, int[]? places = null) =>
        format == ImportFormat.Csv ? Csv(file, kind, places ?? []) : Ndjson(file, kind);

    private static IEnumerable<ImportRow> Csv(Stream file, ImportKind kind, int[] wanted)
    {
        var columns = ImportColumns.Readable(kind);
        var bad = false;
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            BadDataFound = _ => bad = true,
            MaxFieldSize = Longest,
            BufferSize = 1 << 16,
            ProcessFieldBufferSize = 1 << 12,
            // Skipped here, so that the lines are counted.
            IgnoreBlankLines = false,
        };
        using var reader = new RowBoundedReader(StrictUtf8.Reader(file), Longest);
        using var parser = new CsvParser(reader, configuration);
        do
        {
            if (!Next())
                throw new UnreadableFileException("The file is empty; its first line names the columns.");
        } while (IsBlank());

        var header = parser.Record!;
        if (ImportColumns.Check(kind, header) is { } wrong)
            throw new UnreadableFileException(wrong);
        var places = header.Select(c => columns.ToList().IndexOf(c)).ToArray();
        var line = parser.RawRow + 1L;
        while (true)
        {
            bad = false;
            if (!Next())
                yield break;
            if (!bad && IsBlank())
            {
                line = parser.RawRow + 1L;
                continue;
            }

            var values = new string?[columns.Count];
            RefusedRow? problem = null;
            if (bad)
                problem = new RefusedRow(line, null, "The quotes are not closed as they were opened; write a quote within a quoted value twice.");
            else if (parser.Count != places.Length)
                problem = new RefusedRow(line, null, $"The row has {parser.Count} values, and the first line names {places.Length} columns.");
            else
            {
                for (var i = 0; i < places.Length; i++)
                {
                    if (wanted.Length > 0 && Array.IndexOf(wanted, places[i]) < 0)
                        continue;
                    var value = parser[i];
                    if (value.Length > 0)
                        values[places[i]] = value;
                    if (StrictUtf8.Problem(value, "The value") is { } why)
                        problem ??= new RefusedRow(line, header[i], why);
                }
            }

            yield return new ImportRow(line, values, problem);
            line = parser.RawRow + 1L;
        }

        bool IsBlank() => parser.Count == 0 || (parser.Count == 1 && string.IsNullOrWhiteSpace(parser[0]));

        bool Next()
        {
            try
            {
                reader.BeginRow();
                return parser.Read();
            }
            catch (Exception e) when (e is MaxFieldSizeException or RowTooLongException)
            {
                throw new UnreadableFileException($"A row in or after line {parser.RawRow} is longer than {Longest:N0} characters; a quote may be open.");
            }
        }
    }

    private static IEnumerable<ImportRow> Ndjson(Stream file, ImportKind kind)
    {
        var columns = ImportColumns.Readable(kind).Select((c, i) => (c, i)).ToDictionary(x => x.c, x => x.i, StringComparer.Ordinal);
        long line = 0;
        foreach (var text in Lines(file))
        {
            line++;
            if (!string.IsNullOrWhiteSpace(text))
                yield return Row(text, line, kind, columns);
        }
    }

    private static ImportRow Row(string text, long line, ImportKind kind, Dictionary<string, int> columns)
    {
        var values = new string?[columns.Count];
        ImportRow Refused(string? field, string reason) => new(line, values, new RefusedRow(line, field, reason));
        if (StrictUtf8.Problem(text, "The line") is { } why)
            return Refused(null, why);
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return Refused(null, "A line is one JSON object.");
            var given = 0L;
            foreach (var field in document.RootElement.EnumerateObject())
            {
                if (!columns.TryGetValue(field.Name, out var place))
                    return Refused(RowValues.Shortened(field.Name), $"There is no such field; there are {string.Join(", ", columns.Keys)}.");
                if ((given & (1L << place)) != 0)
                    return Refused(field.Name, $"'{field.Name}' is given twice; write it once.");
                given |= 1L << place;
                if (Text(field.Value, ImportColumns.FormOf(kind, field.Name), out var form) is not { } value)
                {
                    if (form is not null)
                        return Refused(field.Name, $"'{field.Name}' is {form}.");
                    continue;
                }

                if (value.Length > 0)
                    values[place] = value;
                if (value.Contains('\0'))
                    return Refused(field.Name, "A text holds no character of code 0.");
            }

            return new ImportRow(line, values);
        }
        catch (JsonException)
        {
            return Refused(null, "The line is no JSON object.");
        }
        catch (InvalidOperationException)
        {
            return Refused(null, "A text of the line holds one half of a surrogate pair (\\ud800 to \\udfff without its other), which is no character.");
        }
    }

    /// <summary>The value as in a CSV cell; null if there is none or if it does not have the form of its column.</summary>
    private static string? Text(JsonElement value, ColumnForm form, out string? expected)
    {
        expected = null;
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                return null;
            case JsonValueKind.String:
                return value.GetString();
            case JsonValueKind.Array when form == ColumnForm.List && value.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String):
                return RowValues.Listed(value.EnumerateArray().Select(e => e.GetString()!));
            case JsonValueKind.Array or JsonValueKind.Object when form == ColumnForm.Json:
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False when form != ColumnForm.List:
                return value.GetRawText();
            default:
                expected = form switch
                {
                    ColumnForm.List => "a list of texts, or one text whose entries are parted by |",
                    ColumnForm.Json => "JSON of the form that exports write",
                    _ => "one value: a text, a number, true or false",
                };
                return null;
        }
    }

    private static IEnumerable<string> Lines(Stream file)
    {
        using var reader = StrictUtf8.Reader(file);
        var buffer = new char[1 << 15];
        var line = new StringBuilder();
        long number = 1;
        for (int read; (read = reader.Read(buffer, 0, buffer.Length)) > 0; )
        {
            var from = 0;
            for (int end; (end = Array.IndexOf(buffer, '\n', from, read - from)) >= 0; from = end + 1)
            {
                yield return line.Append(buffer, from, end - from).ToString();
                line.Clear();
                number++;
            }

            line.Append(buffer, from, read - from);
            if (line.Length > Longest)
                throw new UnreadableFileException($"Line {number} is longer than {Longest:N0} characters.");
        }

        if (line.Length > 0)
            yield return line.ToString();
    }
}
