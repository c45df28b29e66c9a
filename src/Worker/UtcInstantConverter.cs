using System.Text.Json;
using System.Text.Json.Serialization;
using Domain;

namespace Worker;

/// <summary>
/// Instants in JSON, written in the one way of <see cref="Instants.Format"/>. One is read only where it says its offset and lies in the years that are taken.
/// </summary>
public class UtcInstantConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Instants.Parse(reader.GetString()) is { } instant && Instants.IsWithin(instant)
            ? instant
            : throw new JsonException();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(Instants.Format(value));
    }
}
