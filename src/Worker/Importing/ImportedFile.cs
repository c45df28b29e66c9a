using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Store.Importing;

namespace Worker.Importing;

/// <summary>A file that cannot be read any further, as a whole: the message says what to change.</summary>
public sealed class UnreadableFileException(string message) : Exception(message);

/// <summary>Reads the rows of a file one by one, whatever its size. A row that is wrong in itself is answered as such; the next is read on.</summary>
public static class ImportedFile
{
    /// <summary>The longest line or field, in characters.</summary>
    public const int Longest = 1 << 20;

    /// <exception cref="UnreadableFileException">While it is enumerated: the columns are wrong, or a line is too long.</exception>
    public static IEnumerable<ImportRow> Rows(Stream file, ImportKind kind, ImportFormat format) => format == ImportFormat.Csv ? Csv(file, kind) : Ndjson(file, kind);

    private static IEnumerable<ImportRow> Csv(Stream file, ImportKind kind)
    {
        var columns = ImportColumns.Of(kind);
        var bad = false;
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            BadDataFound = _ => bad = true,
            MaxFieldSize = Longest,
            BufferSize = 1 << 16,
            ProcessFieldBufferSize = 1 << 12,
        };
        using var reader = new StreamReader(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, 1 << 16);
        using var parser = new CsvParser(reader, configuration);
        if (!Next()) throw new UnreadableFileException("The file is empty; its first line names the columns.");
        var header = parser.Record!;
        if (ImportColumns.Check(kind, header) is { } wrong) throw new UnreadableFileException(wrong);
        var places = header.Select(c => columns.ToList().IndexOf(c)).ToArray();
        var line = parser.RawRow + 1L;
        while (true)
        {
            bad = false;
            if (!Next()) yield break;
            var values = new string?[columns.Count];
            RefusedRow? problem = null;
            if (bad) problem = new RefusedRow(line, null, "The quotes are not closed as they were opened; write a quote within a quoted value twice.");
            else if (parser.Count != places.Length) problem = new RefusedRow(line, null, $"The row has {parser.Count} values, and the first line names {places.Length} columns.");
            else
            {
                for (var i = 0; i < places.Length; i++)
                {
                    var value = parser[i];
                    if (value.Length > 0) values[places[i]] = value;
                    if (value.Contains('\0')) problem = new RefusedRow(line, header[i], "A text holds no character of code 0.");
                }
            }

            yield return new ImportRow(line, values, problem);
            line = parser.RawRow + 1L;
        }

        bool Next()
        {
            try
            {
                return parser.Read();
            }
            catch (MaxFieldSizeException)
            {
                throw new UnreadableFileException($"A value in or after line {parser.RawRow} is longer than {Longest:N0} characters; a quote may be open.");
            }
        }
    }

    private static IEnumerable<ImportRow> Ndjson(Stream file, ImportKind kind)
    {
        var columns = ImportColumns.Of(kind).Select((c, i) => (c, i)).ToDictionary(x => x.c, x => x.i, StringComparer.Ordinal);
        long line = 0;
        foreach (var text in Lines(file))
        {
            line++;
            if (!string.IsNullOrWhiteSpace(text)) yield return Row(text, line, columns);
        }
    }

    private static ImportRow Row(string text, long line, Dictionary<string, int> columns)
    {
        var values = new string?[columns.Count];
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return new ImportRow(line, values, new RefusedRow(line, null, "A line is one JSON object."));
            foreach (var field in document.RootElement.EnumerateObject())
            {
                if (!columns.TryGetValue(field.Name, out var place))
                {
                    return new ImportRow(line, values, new RefusedRow(line, RowValues.Shortened(field.Name), $"There is no such field; there are {string.Join(", ", columns.Keys)}."));
                }

                var value = Text(field.Value);
                if (value is { Length: > 0 }) values[place] = value;
                if (value?.Contains('\0') == true) return new ImportRow(line, values, new RefusedRow(line, field.Name, "A text holds no character of code 0."));
            }

            return new ImportRow(line, values);
        }
        // A lone surrogate is well-formed JSON, and no text.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new ImportRow(line, values, new RefusedRow(line, null, "The line is no JSON object."));
        }
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Array when value.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String) => RowValues.Listed(value.EnumerateArray().Select(e => e.GetString()!)),
        _ => value.GetRawText(),
    };

    private static IEnumerable<string> Lines(Stream file)
    {
        using var reader = new StreamReader(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, 1 << 16);
        var buffer = new char[1 << 15];
        var line = new StringBuilder();
        long number = 1;
        for (int read; (read = reader.Read(buffer, 0, buffer.Length)) > 0;)
        {
            var from = 0;
            for (int end; (end = Array.IndexOf(buffer, '\n', from, read - from)) >= 0; from = end + 1)
            {
                yield return line.Append(buffer, from, end - from).ToString();
                line.Clear();
                number++;
            }

            line.Append(buffer, from, read - from);
            if (line.Length > Longest) throw new UnreadableFileException($"Line {number} is longer than {Longest:N0} characters.");
        }

        if (line.Length > 0) yield return line.ToString();
    }
}
