using System.Text.Json;
using System.Text.Json.Serialization;
using Domain.Forecasts;

namespace Store.Events;

/// <summary>The forecast events as JSON, written by generated code; the same text as the event store's own serialiser gives.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ForecastSubmitted))]
[JsonSerializable(typeof(ForecastRevised))]
[JsonSerializable(typeof(ForecastWithdrawn))]
[JsonSerializable(typeof(ForecastExpired))]
internal sealed partial class ForecastEventJson : JsonSerializerContext
{
    public static string Write(object e) => JsonSerializer.Serialize(e, e.GetType(), Default);

    /// <summary>The same in UTF-8; null where the event is no step of a forecast.</summary>
    public static byte[]? WriteUtf8(object e) =>
        e switch
        {
            ForecastSubmitted s => JsonSerializer.SerializeToUtf8Bytes(s, Default.ForecastSubmitted),
            ForecastRevised r => JsonSerializer.SerializeToUtf8Bytes(r, Default.ForecastRevised),
            ForecastWithdrawn w => JsonSerializer.SerializeToUtf8Bytes(w, Default.ForecastWithdrawn),
            _ => null,
        };

    /// <summary>A withdrawal, or else a revision; a submission has the fields of one and is read as one.</summary>
    public static object ReadUtf8(string typeName, ReadOnlySpan<byte> json) =>
        typeName == EventNames.All[typeof(ForecastWithdrawn)]
            ? JsonSerializer.Deserialize(json, Default.ForecastWithdrawn)!
            : JsonSerializer.Deserialize(json, Default.ForecastRevised)!;

    /// <summary>The event of a kind, or null where the kind is no step of a forecast.</summary>
    public static object? Read(string typeName, string json) =>
        typeName == EventNames.All[typeof(ForecastSubmitted)] ? JsonSerializer.Deserialize(json, Default.ForecastSubmitted)
        : typeName == EventNames.All[typeof(ForecastRevised)] ? JsonSerializer.Deserialize(json, Default.ForecastRevised)
        : typeName == EventNames.All[typeof(ForecastWithdrawn)] ? JsonSerializer.Deserialize(json, Default.ForecastWithdrawn)
        : typeName == EventNames.All[typeof(ForecastExpired)] ? JsonSerializer.Deserialize(json, Default.ForecastExpired)
        : null;
}
