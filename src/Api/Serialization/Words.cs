using System.Text.Json;
using System.Text.Json.Serialization;

namespace Api.Serialization;

/// <summary>Reads and writes enumerations as the contract's words, and says which there are where one is given that is none.</summary>
internal sealed class Words : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert))!;

    private sealed class Of<T> : JsonConverter<T>
        where T : struct, Enum
    {
        private static readonly Dictionary<string, T> Values = Enum.GetValues<T>().ToDictionary(Spelled, v => v, StringComparer.OrdinalIgnoreCase);
        private static readonly Dictionary<T, JsonEncodedText> Names = Enum.GetValues<T>().ToDictionary(v => v, v => JsonEncodedText.Encode(Spelled(v)));
        private static readonly string Expected = ExpectedForms.OneOf(typeof(T));

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && StorableText.TryRead(ref reader) is { } word && Values.TryGetValue(word, out var value)
                ? value
                : throw MisreadException.At(ref reader, Expected);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Names[value]);

        public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            StorableText.TryRead(ref reader) is { } word && Values.TryGetValue(word, out var value) ? value : throw MisreadException.At(ref reader, Expected);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WritePropertyName(Names[value]);

        private static string Spelled(T value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
    }
}
