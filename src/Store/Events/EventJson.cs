using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Domain.Forecasts;
using Domain.Scoring.Generations;

namespace Store.Events;

/// <summary>
/// Reads and writes the data of events. Code that reads an event without the event store uses this class, so that the upcasters in <see cref="EventUpcasters"/>
/// apply.
/// </summary>
public static class EventJson
{
    private static readonly FrozenDictionary<string, JsonTypeInfo> ByName = EventNames.All.ToFrozenDictionary(
        e => e.Value,
        e => EventJsonContext.Default.GetTypeInfo(e.Key) ?? throw new InvalidOperationException($"{nameof(EventJsonContext)} lacks {e.Key.Name}."),
        StringComparer.Ordinal
    );

    private static readonly FrozenDictionary<Type, JsonTypeInfo> ByType = EventNames.All.ToFrozenDictionary(e => e.Key, e => ByName[e.Value]);

    private static readonly JsonTypeInfo<ForecastRevised> Revised = EventJsonContext.Default.ForecastRevised;

    private static readonly string Withdrawn = EventNames.Of<ForecastWithdrawn>();

    /// <summary>The data of an event as JSON text.</summary>
    public static string WriteText(object data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return JsonSerializer.Serialize(data, ByType[data.GetType()]);
    }

    /// <summary>The data of an event as JSON in UTF-8.</summary>
    public static byte[] Write(object data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return JsonSerializer.SerializeToUtf8Bytes(data, ByType[data.GetType()]);
    }

    /// <summary>An event from its stored data.</summary>
    /// <param name="name">The name of its type, one of <see cref="EventNames.All"/>.</param>
    /// <param name="json">The data as stored, in UTF-8.</param>
    /// <exception cref="KeyNotFoundException">This version knows no event of that name.</exception>
    public static object Read(string name, ReadOnlySpan<byte> json) => Read(name, json, ByName[name]);

    /// <inheritdoc cref="Read(string, ReadOnlySpan{byte})"/>
    public static object Read(string name, string json) =>
        EventUpcasters.Has(name) ? Read(name, Encoding.UTF8.GetBytes(json)) : JsonSerializer.Deserialize(json, ByName[name])!;

    /// <summary>An event from its stored data; null where this version knows no event of that name.</summary>
    /// <inheritdoc cref="Read(string, ReadOnlySpan{byte})"/>
    public static object? ReadKnown(string name, string json) => ByName.ContainsKey(name) ? Read(name, json) : null;

    /// <summary>A step of a forecast: a withdrawal or a revision. A submission and a revelation have the fields of a revision and are read as one.</summary>
    /// <inheritdoc cref="Read(string, ReadOnlySpan{byte})"/>
    public static object ReadStep(string name, ReadOnlySpan<byte> json) => Read(name, json, name == Withdrawn ? ByName[Withdrawn] : Revised);

    /// <summary>A generation of scores.</summary>
    /// <param name="json">The data as stored, in UTF-8.</param>
    internal static QuestionScored ReadScored(ReadOnlySpan<byte> json) => (QuestionScored)Read(EventNames.Of<QuestionScored>(), json);

    private static object Read(string name, ReadOnlySpan<byte> json, JsonTypeInfo type)
    {
        if (!EventUpcasters.Has(name))
            return JsonSerializer.Deserialize(json, type)!;
        var data = JsonNode.Parse(json)!.AsObject();
        EventUpcasters.Apply(name, data);
        return data.Deserialize(type)!;
    }
}
