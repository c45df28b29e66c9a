using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Domain;
using Worker;

namespace Api.Serialization;

/// <summary>JSON as the contract has it: camelCase, enumerations as words, unknown and missing fields refused, absent values left out.</summary>
public static class ContractJson
{
    /// <param name="json">The options to set.</param>
    /// <param name="generated">What has its reading and writing generated; everything else is found out at its first use.</param>
    public static void Configure(JsonSerializerOptions json, IJsonTypeInfoResolver? generated = null)
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
        json.Converters.Add(new Words());
        json.Converters.Add(new UtcInstant());
        json.Converters.Add(new StorableText.Strings());
        json.Converters.Add(new StorableText.Elements());
        json.Converters.Add(new FiniteDouble());
        json.TypeInfoResolver = JsonTypeInfoResolver
            .Combine(generated, json.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver())
            .WithAddedModifier(NoNullEntries.Refuse);
    }

    /// <summary>Instants are dates or RFC 3339 with an offset, and leave as UTC, both to the microsecond.</summary>
    private sealed class UtcInstant : UtcInstantConverter
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (StorableText.TryRead(ref reader) is not { } text || Instants.Parse(text) is not { } instant)
                throw MisreadException.At(ref reader, ExpectedForms.Instant);
            return Instants.IsWithin(instant) ? instant : throw MisreadException.At(ref reader, "a time in the years 0002 to 9998");
        }
    }

    private sealed class FiniteDouble : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            WrittenNumbers.TryRead(ref reader, out var number)
                ? number
                : throw MisreadException.At(
                    ref reader,
                    reader.TokenType == JsonTokenType.Number ? "0 or a number from 4.9e-324 to 1.8e308, of either sign" : ExpectedForms.Number
                );

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }
}
