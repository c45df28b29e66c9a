using System.Text.Json.Nodes;

namespace Store.Events;

/// <summary>
/// A change of the form in which an event is stored. It is declared once and provides both ways to read events from before the change: in .NET and in SQL
/// statements.
/// </summary>
public abstract class EventUpcaster
{
    private EventUpcaster(Type type) => Type = type;

    /// <summary>The type of the event.</summary>
    public Type Type { get; }

    /// <summary>A property that was previously stored under another name.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="before">The previous name in the JSON.</param>
    /// <param name="property">The property's name today, by <c>nameof</c>.</param>
    public static EventUpcaster Renamed<T>(string before, string property) => new Renaming(typeof(T), before, EventSql.JsonName(typeof(T), property));

    /// <summary>A property that was previously not stored and has no default in the record.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="property">The property's name, by <c>nameof</c>.</param>
    /// <param name="json">The value of older events, as JSON.</param>
    public static EventUpcaster Added<T>(string property, string json) => new Addition(typeof(T), EventSql.JsonName(typeof(T), property), json);

    /// <summary>Changes stored data to the current form. Data in the current form stays as it is.</summary>
    internal abstract void Apply(JsonObject data);

    /// <summary>The same change as an SQL expression.</summary>
    /// <param name="data">An expression of type jsonb: the stored data.</param>
    internal abstract string Sql(string data);

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private sealed class Renaming(Type type, string before, string name) : EventUpcaster(type)
    {
        internal override void Apply(JsonObject data)
        {
            if (data.Remove(before, out var value))
                data[name] = value;
        }

        internal override string Sql(string data) =>
            $"(select case when u.d -> {Quoted(before)} is null then u.d else u.d - {Quoted(before)} || jsonb_build_object({Quoted(name)}, u.d -> "
            + $"{Quoted(before)}) end from (select {data}) as u (d))";
    }

    private sealed class Addition(Type type, string name, string json) : EventUpcaster(type)
    {
        internal override void Apply(JsonObject data)
        {
            if (!data.ContainsKey(name))
                data[name] = JsonNode.Parse(json);
        }

        internal override string Sql(string data) => $"(jsonb_build_object({Quoted(name)}, {Quoted(json)}::jsonb) || {data})";
    }
}
