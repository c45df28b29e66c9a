using System.Text.Json;
using System.Text.Json.Serialization;
using Domain;

namespace Worker.Importing;

/// <summary>Instants within the JSON of a cell, read as everywhere: what has no offset is no instant.</summary>
internal sealed class StrictInstants : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Instants.Parse(reader.GetString()) is { } instant && Instants.IsWithin(instant)
            ? instant
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Instants.Format(value));
}
