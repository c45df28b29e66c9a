using System.Text.Encodings.Web;
using System.Text.Json;
using Domain;

namespace Api.Exports;

/// <summary>Writes rows as JSON objects, one a line; a column without a value is left out.</summary>
internal static class NdjsonRows
{
    private const int FlushAt = 1 << 16;

    private static readonly JsonWriterOptions Form = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(Stream body, IReadOnlyList<string> columns, IAsyncEnumerable<object?[]> rows, CancellationToken token)
    {
        using var buffer = new MemoryStream(FlushAt * 2);
        await foreach (var row in rows.WithCancellation(token))
        {
            await using (var json = new Utf8JsonWriter(buffer, Form))
            {
                json.WriteStartObject();
                for (var i = 0; i < columns.Count; i++)
                {
                    // What is empty is absent, as in a CSV: what comes out goes in again as one and the same.
                    if (row[i] is null or "")
                        continue;
                    json.WritePropertyName(columns[i]);
                    Write(json, row[i]!);
                }

                json.WriteEndObject();
            }

            buffer.WriteByte((byte)'\n');
            if (buffer.Length >= FlushAt)
                await FlushAsync();
        }

        await FlushAsync();

        async Task FlushAsync()
        {
            await body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), token);
            buffer.SetLength(0);
        }
    }

    private static void Write(Utf8JsonWriter json, object value)
    {
        switch (value)
        {
            case double number:
                json.WriteNumberValue(number);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case JsonElement element:
                element.WriteTo(json);
                break;
            case IReadOnlyList<string> list:
                json.WriteStartArray();
                foreach (var entry in list)
                    json.WriteStringValue(entry);
                json.WriteEndArray();
                break;
            case WrittenNumber number:
                json.WriteStringValue(number.Text);
                break;
            case DateTimeOffset at:
                json.WriteStringValue(Instants.Format(at));
                break;
            case Guid id:
                json.WriteStringValue(id);
                break;
            default:
                json.WriteStringValue((string)value);
                break;
        }
    }
}
