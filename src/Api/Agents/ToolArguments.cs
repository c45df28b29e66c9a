using System.Globalization;
using System.Text.Json;
using Api.Serialization;

namespace Api.Agents;

/// <summary>Says which argument of a call is not of the form that the tool's schema gives it, and what was given instead.</summary>
internal static class ToolArguments
{
    /// <summary>The first argument, or the first place within one, that has another form than the schema says; null where all have theirs.</summary>
    /// <param name="properties">The schemas of the tool's arguments, by their names.</param>
    /// <param name="given">The arguments of the call.</param>
    public static string? Misfit(JsonElement properties, IEnumerable<KeyValuePair<string, JsonElement>> given) =>
        given.Select(a => properties.TryGetProperty(a.Key, out var schema) ? Misfit(a.Key, schema, a.Value) : null).FirstOrDefault(m => m is not null);

    private static string? Misfit(string place, JsonElement schema, JsonElement value)
    {
        if (schema.ValueKind != JsonValueKind.Object)
            return null;
        var types = Types(schema);
        if (types.Count > 0 && !types.Any(t => Is(t, value)))
            return $"'{place}' takes {string.Join(" or ", types.Where(t => t != "null").Select(Words))}, not {Given(value)}.";
        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
        {
            return value.EnumerateArray().Select((entry, i) => Misfit($"{place}[{i}]", items, entry)).FirstOrDefault(m => m is not null);
        }

        if (value.ValueKind != JsonValueKind.Object)
            return null;
        var known = schema.TryGetProperty("properties", out var fields) ? fields : default;
        var others = schema.TryGetProperty("additionalProperties", out var rest) ? rest : default;
        if (
            schema.TryGetProperty("required", out var required)
            && required.EnumerateArray().Select(r => r.GetString()!).FirstOrDefault(r => !value.TryGetProperty(r, out _)) is { } missing
        )
        {
            return $"'{place}.{missing}' is missing.";
        }

        return value
            .EnumerateObject()
            .Select(f =>
                Misfit($"{place}.{f.Name}", known.ValueKind == JsonValueKind.Object && known.TryGetProperty(f.Name, out var field) ? field : others, f.Value)
            )
            .FirstOrDefault(m => m is not null);
    }

    private static List<string> Types(JsonElement schema) =>
        !schema.TryGetProperty("type", out var type) ? []
        : type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(t => t.GetString()!)]
        : [type.GetString()!];

    // The reader takes a number in quotes for the number.
    private static bool Is(string type, JsonElement value) =>
        (type, value.ValueKind) switch
        {
            ("string", JsonValueKind.String) or ("array", JsonValueKind.Array) or ("object", JsonValueKind.Object) or ("null", JsonValueKind.Null) => true,
            ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
            ("integer", JsonValueKind.Number) => value.TryGetInt32(out _),
            ("integer", JsonValueKind.String) => int.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
            ("number", JsonValueKind.Number) => value.TryGetDouble(out _),
            ("number", JsonValueKind.String) => double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out _),
            _ => false,
        };

    private static string Words(string type) =>
        type switch
        {
            "number" => ExpectedForms.Number,
            "integer" => "a whole number, such as 20",
            "string" => ExpectedForms.Text,
            "array" => "a list in brackets",
            "object" => "an object in braces",
            _ => "true or false",
        };

    private static string Given(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            _ => MisreadException.Cut(value.GetRawText()),
        };
}
