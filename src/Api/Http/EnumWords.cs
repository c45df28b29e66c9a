using System.Text.Json;
using System.Text.Json.Serialization;

namespace Api.Http;

/// <summary>
/// Enumerations as single words in the contract's spelling, whatever the case in which they are sent. A number is no word, and two with a comma between
/// them are none, though the framework would add them up.
/// </summary>
internal sealed class EnumWords : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Words<>).MakeGenericType(typeToConvert))!;

    private sealed class Words<T> : JsonConverter<T>
        where T : struct, Enum
    {
        private static readonly Dictionary<T, string> Spelled = Enum.GetValues<T>().ToDictionary(v => v, v => Parameters.Spelling(v));
        private static readonly Dictionary<string, T> Values = Spelled.ToDictionary(s => s.Value, s => s.Key, StringComparer.OrdinalIgnoreCase);

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Value(reader.TokenType == JsonTokenType.String ? CleanText.Read(ref reader) : null);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Spelled[value]);

        public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Value(CleanText.Read(ref reader));

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WritePropertyName(Spelled[value]);

        private static T Value(string? word) => word is not null && Values.TryGetValue(word, out var value)
            ? value
            : throw new UnreadableValueException($"write one of {string.Join(", ", Spelled.Values)}{(word is null ? "" : $"; '{Domain.ShortText.Shortened(word, 60)}' is none of them")}.");
    }
}
