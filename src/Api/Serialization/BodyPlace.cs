using System.Text.Json.Serialization.Metadata;

namespace Api.Serialization;

/// <summary>A place in a body.</summary>
/// <param name="Field">Its name as the API spells it, from the outermost: <c>range.min</c>, <c>quantiles[0].p</c>; <c>body</c> for the whole.</param>
/// <param name="Type">The type of what stands there; of what it would stand in, where there is no such field. Null where it cannot be told.</param>
/// <param name="IsKnown">Whether there is such a field.</param>
internal sealed record BodyPlace(string Field, JsonTypeInfo? Type, bool IsKnown)
{
    /// <summary>What stands there, in words.</summary>
    public string Form => Type is null ? "another form" : ExpectedForms.Of(Type);

    /// <summary>A field of what stands there.</summary>
    public BodyPlace Within(string name)
    {
        var field = Field == UnreadableBodies.Whole ? name : $"{Field}.{name}";
        return Child(Type, name) is { } child ? new BodyPlace(field, child, true) : new BodyPlace(field, Type, false);
    }

    /// <summary>The place that a path of the serializer names, such as <c>$.quantiles[0].p</c> or <c>$.probabilities['a b']</c>.</summary>
    public static BodyPlace Find(string? path, JsonTypeInfo? body)
    {
        var place = new BodyPlace(UnreadableBodies.Whole, body, true);
        foreach (var (name, index) in Parts(path ?? "$"))
        {
            if (name is not null)
                place = place.Within(name);
            else
                place = new BodyPlace($"{(place.Field == UnreadableBodies.Whole ? "" : place.Field)}[{index}]", Element(place.Type), true);
            if (!place.IsKnown)
                break;
        }

        return place;
    }

    private static JsonTypeInfo? Child(JsonTypeInfo? type, string name) =>
        type switch
        {
            null => null,
            { Kind: JsonTypeInfoKind.Dictionary } => Element(type),
            { Kind: JsonTypeInfoKind.Object } => type.Properties.FirstOrDefault(p => p.Name == name) is { } property
                ? type.Options.GetTypeInfo(property.PropertyType)
                : null,
            _ => null,
        };

    private static JsonTypeInfo? Element(JsonTypeInfo? type) => type?.ElementType is { } element ? type.Options.GetTypeInfo(element) : null;

    private static IEnumerable<(string? Name, string? Index)> Parts(string path)
    {
        for (var i = 1; i < path.Length; )
        {
            if (path[i] == '.')
            {
                var end = path.IndexOfAny(['.', '['], i + 1) is >= 0 and var next ? next : path.Length;
                yield return (path[(i + 1)..end], null);
                i = end;
            }
            else if (path.AsSpan(i).StartsWith("['"))
            {
                var end = path.IndexOf("']", i, StringComparison.Ordinal) is >= 0 and var next ? next : path.Length;
                yield return (path[(i + 2)..end], null);
                i = end + 2;
            }
            else
            {
                var end = path.IndexOf(']', i) is >= 0 and var next ? next : path.Length;
                yield return (null, path[(i + 1)..end]);
                i = end + 1;
            }
        }
    }
}
