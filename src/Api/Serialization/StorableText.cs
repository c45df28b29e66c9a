using System.Text.Json;
using System.Text.Json.Serialization;

namespace Api.Serialization;

/// <summary>Text that can be kept: neither NUL, which PostgreSQL has no place for, nor half of a surrogate pair, which is no character.</summary>
public static class StorableText
{
    public static bool IsStorable(string? text)
    {
        if (text is null)
            return true;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || char.IsLowSurrogate(text[i]))
                return false;
            if (!char.IsHighSurrogate(text[i]))
                continue;
            if (++i == text.Length || !char.IsLowSurrogate(text[i]))
                return false;
        }

        return true;
    }

    /// <summary>The string or the name that the reader stands on; null where it is none, or cannot be kept.</summary>
    internal static string? TryRead(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
            return null;
        try
        {
            return reader.GetString() is var text && IsStorable(text) ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Read(ref Utf8JsonReader reader) =>
        TryRead(ref reader)
        ?? throw MisreadException.At(
            ref reader,
            reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
                ? "text without NUL and without half of a surrogate pair"
                : ExpectedForms.Text
        );

    /// <summary>Reads strings, and refuses those that cannot be kept.</summary>
    public sealed class Strings : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => StorableText.Read(ref reader);

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

        public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            StorableText.Read(ref reader);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);
    }

    /// <summary>Reads values whose type the question decides, and refuses those that hold text that cannot be kept.</summary>
    public sealed class Elements : JsonConverter<JsonElement>
    {
        public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var probe = reader;
            var depth = 0;
            do
            {
                if (probe.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                    StorableText.Read(ref probe);
                if (probe.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                    depth++;
                if (probe.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
                    depth--;
            } while (depth > 0 && probe.Read());

            return JsonElement.ParseValue(ref reader);
        }

        public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) => value.WriteTo(writer);
    }
}
