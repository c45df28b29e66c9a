using System.Text.Json;
using System.Text.Json.Serialization;
using Domain;

namespace Worker;

/// <summary>
/// Instants in JSON, written as by <see cref="Instants.Format"/>. An instant is read only if it states its offset and lies in the accepted years.
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
