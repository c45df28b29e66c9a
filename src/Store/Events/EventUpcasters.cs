using System.Text;
using System.Text.Json.Nodes;
using Marten.Events;
using Marten.Services.Json.Transformations;

namespace Store.Events;

/// <summary>
/// The changes of events' forms, in the order in which they were made. Nothing that is stored is ever rewritten: every reader, in .NET and in SQL, reads
/// through these. So a change of an event takes one line here.
/// </summary>
internal static class EventUpcasters
{
    private static Dictionary<string, EventUpcaster[]> _byName = ByName([
        // For example: EventUpcaster.Renamed<ForecastSubmitted>("reason", nameof(ForecastSubmitted.Rationale)),
    ]);

    /// <summary>Whether events of a name were stored in another form before.</summary>
    public static bool Has(string name) => _byName.Count > 0 && _byName.ContainsKey(name);

    /// <summary>Changes stored data to today's form.</summary>
    public static void Apply(string name, JsonObject data)
    {
        foreach (var upcaster in _byName[name])
            upcaster.Apply(data);
    }

    /// <summary>An expression for stored data in today's form.</summary>
    /// <param name="name">The name of the event's type.</param>
    /// <param name="data">An expression of type jsonb: the stored data.</param>
    public static string Sql(string name, string data) => Has(name) ? _byName[name].Aggregate(data, (sql, upcaster) => upcaster.Sql(sql)) : data;

    /// <summary>
    /// Adds changes that this version does not know, so that a test can see what one of them takes. To be called before anything reads an event.
    /// </summary>
    internal static void Declare(params EventUpcaster[] upcasters) => _byName = ByName([.. _byName.Values.SelectMany(u => u), .. upcasters]);

    /// <summary>Has the event store read through the upcasters as well.</summary>
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
