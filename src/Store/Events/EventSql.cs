using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Store.Events;

/// <summary>
/// Fragments of statements that read events: the tables, the names of types, and the fields of the records. The fields are taken from the records. If a
/// property is renamed, a statement that reads it no longer compiles, and <see cref="EventUpcasters"/> also apply in the database.
/// </summary>
internal static class EventSql
{
    /// <summary>The table of events.</summary>
    public const string Events = $"{ForecastStore.Schema}.mt_events";

    /// <summary>The table of streams.</summary>
    public const string Streams = $"{ForecastStore.Schema}.mt_streams";

    /// <summary>The sequence that numbers events.</summary>
    public const string Sequence = $"{ForecastStore.Schema}.mt_events_sequence";

    /// <summary>The table of the progress of each subscription.</summary>
    public const string Progress = $"{ForecastStore.Schema}.mt_event_progression";

    /// <summary>The part of a stream's key that is the question's slug.</summary>
    /// <param name="events">The alias of the table of events.</param>
    public static string Slug(string events) => $"split_part({events}.stream_id, '/', 2)";

    /// <summary>The name of a type, as text for a statement. As a literal it lets the planner see that the index of rare types covers it.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    public static string Name<T>() => $"'{EventNames.Of<T>()}'";

    /// <summary>The names of types, as text for a statement.</summary>
    public static string Names(params Type[] types) => string.Join(", ", types.Select(t => $"'{EventNames.Of(t)}'"));

    /// <summary>The data of events as stored, for .NET code that reads it with <see cref="EventJson"/>.</summary>
    /// <param name="events">The alias of the table of events.</param>
    public static string Stored(string events) => $"{events}.data";

    /// <summary>The data of events in the current form, for a statement that reads it.</summary>
    /// <param name="events">The alias of the table of events.</param>
    /// <param name="types">The types that the events can have. Where there are several, <c>type</c> must be a column of the alias.</param>
    public static string Data(string events, params Type[] types)
    {
        var stored = Stored(events);
        var changed = types.Select(EventNames.Of).Where(EventUpcasters.Has).ToArray();
        if (types.Length == 1)
            return changed.Length == 0 ? stored : EventUpcasters.Sql(changed[0], stored);
        return changed.Length == 0
            ? stored
            : $"(case {events}.type {string.Concat(changed.Select(n => $"when '{n}' then {EventUpcasters.Sql(n, stored)} "))}else {stored} end)";
    }

    /// <summary>A field of events as text.</summary>
    /// <param name="events">The alias of the table of events.</param>
    /// <param name="property">The property's name, by <c>nameof</c>.</param>
    /// <param name="types">The types that the events can have.</param>
    public static string Text(string events, string property, params Type[] types) => $"({Data(events, types)} ->> '{JsonName(types, property)}')";

    /// <summary>A field of events as JSON.</summary>
    /// <inheritdoc cref="Text"/>
    public static string Json(string events, string property, params Type[] types) => $"({Data(events, types)} -> '{JsonName(types, property)}')";

    /// <summary>Several fields of events, extracted together.</summary>
    /// <param name="alias">The alias under which the statement knows the fields.</param>
    /// <param name="events">The alias of the table of events.</param>
    /// <param name="types">The types that the events can have. A field that one of them lacks is null.</param>
    /// <param name="properties">The properties' names, by <c>nameof</c>.</param>
    public static RecordSql Record(string alias, string events, Type[] types, params string[] properties) =>
        new(alias, Data(events, types), types, properties, isList: false);

    /// <summary>The name of a property in the JSON of an event.</summary>
    internal static string JsonName(Type type, string property) => Name(Property(type, property) ?? throw Missing([type], property));

    internal static (string Name, string Type) Column(IReadOnlyList<Type> types, string property)
    {
        var found = types.Select(t => Property(t, property)).OfType<PropertyInfo>().Select(p => (Name(p), SqlType(p.PropertyType))).Distinct().ToList();
        return found switch
        {
            [var one] => one,
            [] => throw Missing(types, property),
            _ => throw new InvalidOperationException($"{property} has several forms among {string.Join(", ", types.Select(t => t.Name))}."),
        };
    }

    private static string JsonName(Type[] types, string property) => Column(types, property).Name;

    private static PropertyInfo? Property(Type type, string property) => type.GetProperty(property, BindingFlags.Public | BindingFlags.Instance);

    private static string Name(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    private static InvalidOperationException Missing(IEnumerable<Type> types, string property) =>
        new($"There is no {property} in {string.Join(", ", types.Select(t => t.Name))}.");

    // Instants stay text. A cast would round them; everything else truncates them to the microsecond.
    private static string SqlType(Type property)
    {
        var type = Nullable.GetUnderlyingType(property) ?? property;
        return type == typeof(bool) ? "boolean"
            : type == typeof(int) ? "int"
            : type == typeof(long) ? "bigint"
            : type == typeof(double) ? "double precision"
            : type == typeof(string) || type.IsValueType || type.IsDefined(typeof(JsonConverterAttribute)) ? "text"
            : typeof(IEnumerable).IsAssignableFrom(type) || type.IsClass ? "jsonb"
            : throw new NotSupportedException($"{type.Name} has no type in the database.");
    }
}
