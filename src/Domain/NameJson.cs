using System.Text.Json;
using System.Text.Json.Serialization;

namespace Domain;

/// <summary>Writes a name that has a type of its own as the text that it is, so that the JSON of events and answers is that of a plain string.</summary>
/// <typeparam name="T">The type of the name.</typeparam>
public abstract class NameJson<T> : JsonConverter<T>
    where T : struct
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Of(reader.GetString()!);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(Text(value));
    }

    /// <summary>The name with this text.</summary>
    protected abstract T Of(string text);

    /// <summary>The text of a name.</summary>
    protected abstract string Text(T name);
}
