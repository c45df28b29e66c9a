using System.Text;
using System.Text.Json.Nodes;
using Marten.Events;
using Marten.Services.Json.Transformations;

namespace Store.Events;

/// <summary>
/// The changes of the forms of events, in the order in which they were made. Stored events are never rewritten. Every reader, in .NET and in SQL, applies these
/// changes, so a change of an event takes one line here.
/// </summary>
internal static class EventUpcasters
{
    private static Dictionary<string, EventUpcaster[]> _byName = ByName([
        // For example: EventUpcaster.Renamed<ForecastSubmitted>("reason", nameof(ForecastSubmitted.Rationale)),
    ]);

    /// <summary>Whether events of a name were previously stored in another form.</summary>
    public static bool Has(string name) => _byName.Count > 0 && _byName.ContainsKey(name);

    /// <summary>Changes stored data to the current form.</summary>
    public static void Apply(string name, JsonObject data)
    {
        foreach (var upcaster in _byName[name])
            upcaster.Apply(data);
    }

    /// <summary>An SQL expression for stored data in the current form.</summary>
    /// <param name="name">The name of the event's type.</param>
    /// <param name="data">An expression of type jsonb: the stored data.</param>
    public static string Sql(string name, string data) => Has(name) ? _byName[name].Aggregate(data, (sql, upcaster) => upcaster.Sql(sql)) : data;

    /// <summary>Adds changes that this version does not know, so that a test can try one. Must be called before any event is read.</summary>
    internal static void Declare(params EventUpcaster[] upcasters) => _byName = ByName([.. _byName.Values.SelectMany(u => u), .. upcasters]);

    /// <summary>Makes the event store apply the upcasters.</summary>
    internal static void UpcastEvents(this IEventStoreOptions events)
    {
        foreach (var (type, name) in EventNames.All)
        {
            if (Has(name))
                events.Upcast(type, name, new JsonTransformation((_, row, column) => EventJson.Read(name, Encoding.UTF8.GetBytes(row.GetString(column)))));
        }
    }

    private static Dictionary<string, EventUpcaster[]> ByName(IEnumerable<EventUpcaster> upcasters) =>
        upcasters.GroupBy(u => EventNames.Of(u.Type), StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
}
