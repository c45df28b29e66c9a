using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Domain;

namespace Api.Http;

/// <summary>JSON as the contract has it: camelCase, enumerations as words, unknown and missing fields refused, absent values left out.</summary>
public static class ContractJson
{
    public static void Configure(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        json.PropertyNameCaseInsensitive = false;
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        json.RespectNullableAnnotations = true;
        json.RespectRequiredConstructorParameters = true;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        json.AllowDuplicateProperties = false;
        json.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        json.Converters.Add(new EnumWords());
        json.Converters.Add(new UtcInstant());
        json.Converters.Add(new CleanText.Strings());
        json.Converters.Add(new CleanText.Elements());
        json.Converters.Add(new FiniteDouble());
        // What is read and written thousands of times a second has its code generated; everything else is found out at its first use.
        json.TypeInfoResolver = JsonTypeInfoResolver.Combine(HotJson.Default, json.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(NoNullEntries.Refuse);
    }

    /// <summary>Instants are dates or RFC 3339 with an offset, and leave as UTC, both to the microsecond.</summary>
    private sealed class UtcInstant : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.String) throw new UnreadableValueException($"give {Instants.Expected}, as a string.");
            var text = CleanText.Read(ref reader)!;
            if (Instants.Parse(text) is not { } instant) throw new UnreadableValueException($"'{text.Shortened(60)}' is no instant; write {Instants.Expected}.");
            return Instants.IsWithin(instant) ? instant : throw new UnreadableValueException($"'{text}' is out of reach; instants lie in the years 0002 to 9998.");
        }

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Instants.Format(value));
    }

    private sealed class FiniteDouble : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => WrittenNumbers.TryRead(ref reader, out var number) ? number : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value)) writer.WriteNumberValue(value);
            else writer.WriteNullValue();
        }
    }
}
