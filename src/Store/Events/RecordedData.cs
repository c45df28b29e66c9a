using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Domain.Questions;
using Marten;

namespace Store.Events;

/// <summary>Reads what a document is made of past the event store, which would read it by reflection: an upcaster of its belongs here too.</summary>
internal sealed class RecordedData(ISerializer serializer)
{
    private static readonly FrozenDictionary<string, Type> Types = EventNames.All.ToFrozenDictionary(e => e.Value, e => e.Key, StringComparer.Ordinal);

    private static readonly FrozenDictionary<Type, JsonTypeInfo> Generated = EventNames
        .All.Keys.Select(t => (Type: t, Json: ViewEventJson.Default.GetTypeInfo(t)))
        .Where(t => t.Json is not null)
        .ToFrozenDictionary(t => t.Type, t => t.Json!);

    /// <summary>The data of an event by the name of its type.</summary>
    public object Read(string type, byte[] json)
    {
        var data = Types[type];
        if (Generated.GetValueOrDefault(data) is { } generated)
            return JsonSerializer.Deserialize(json, generated)!;
        using var stream = new MemoryStream(json);
        return serializer.FromJson(data, stream);
    }
}

/// <summary>The events that there are many of, by generated code; it reads what the event store's own serialiser writes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(QuestionDrafted))]
[JsonSerializable(typeof(QuestionOpened))]
[JsonSerializable(typeof(QuestionClosed))]
internal sealed partial class ViewEventJson : JsonSerializerContext;
