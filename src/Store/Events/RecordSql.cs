namespace Store.Events;

/// <summary>Fields of JSON that a statement extracts together. PostgreSQL unpacks a whole document for each access, and some have megabytes.</summary>
internal sealed class RecordSql
{
    private readonly string _alias;
    private readonly Dictionary<string, string> _names;

    /// <param name="alias">The alias under which the statement knows the fields.</param>
    /// <param name="json">An expression of type jsonb.</param>
    /// <param name="types">The records that the JSON can hold. A field that one of them lacks is null.</param>
    /// <param name="properties">The properties' names, by <c>nameof</c>.</param>
    /// <param name="isList">Whether the JSON is a list of records, a row each.</param>
    public RecordSql(string alias, string json, IReadOnlyList<Type> types, IReadOnlyList<string> properties, bool isList)
    {
        _alias = alias;
        var columns = properties.Select(p => (Property: p, Column: EventSql.Column(types, p))).ToList();
        _names = columns.ToDictionary(c => c.Property, c => c.Column.Name, StringComparer.Ordinal);
        var list = string.Join(", ", columns.Select(c => $"\"{c.Column.Name}\" {c.Column.Type}"));
        Join = $"cross join lateral jsonb_to_record{(isList ? "set" : "")}({json}) as {alias} ({list})";
    }

    /// <summary>The join to the table that holds the JSON.</summary>
    public string Join { get; }

    /// <summary>A field, by the name of its property.</summary>
    public string this[string property] => $"{_alias}.\"{_names[property]}\"";

    /// <summary>The fields of a record in a field.</summary>
    /// <typeparam name="T">The type of the record.</typeparam>
    /// <param name="alias">The alias under which the statement knows its fields.</param>
    /// <param name="property">The property that holds it.</param>
    /// <param name="properties">The names of the inner properties, by <c>nameof</c>.</param>
    public RecordSql Inner<T>(string alias, string property, params string[] properties) => new(alias, this[property], [typeof(T)], properties, isList: false);

    /// <summary>The fields of the records of a list in a field, a row each.</summary>
    /// <inheritdoc cref="Inner"/>
    public RecordSql Rows<T>(string alias, string property, params string[] properties) => new(alias, this[property], [typeof(T)], properties, isList: true);
}
