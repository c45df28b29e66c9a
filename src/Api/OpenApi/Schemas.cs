using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Api.OpenApi;

/// <summary>Says of each type what its JSON is, where converters of our own read and write it, and which limits its fields have.</summary>
internal static class Schemas
{
    public static Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken token)
    {
        var info = context.JsonTypeInfo;
        var type = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        var nullable = info.Type != type || context.JsonPropertyInfo is { IsGetNullable: true };
        if (Simple(type) is { } simple)
        {
            schema.Type = nullable ? simple.Type | JsonSchemaType.Null : simple.Type;
            schema.Format = simple.Format;
        }
        else if (type.IsEnum)
        {
            (schema.Type, schema.Enum) = (JsonSchemaType.String, Words(type));
        }

        switch (info.Kind)
        {
            case JsonTypeInfoKind.Enumerable when schema.Items is null && info.ElementType is { } element:
                schema.Items = element.IsEnum ? new OpenApiSchema { Type = JsonSchemaType.String, Enum = Words(element) } : Simple(element);
                break;
            case JsonTypeInfoKind.Dictionary when schema.AdditionalProperties is null && info.ElementType is { } value:
                schema.AdditionalProperties = Simple(Nullable.GetUnderlyingType(value) ?? value);
                if (schema.AdditionalProperties is OpenApiSchema inner && Nullable.GetUnderlyingType(value) is not null)
                    inner.Type |= JsonSchemaType.Null;
                break;
            case JsonTypeInfoKind.Object:
                Describe(schema, info);
                break;
        }

        return Task.CompletedTask;
    }

    private static List<JsonNode> Words(Type type) => [.. Enum.GetNames(type).Select(n => (JsonNode)(char.ToLowerInvariant(n[0]) + n[1..]))];

    private static void Describe(OpenApiSchema schema, JsonTypeInfo info)
    {
        foreach (var property in info.Properties)
        {
            // What has no value is left out of an answer, and may be left out of a request.
            var shown =
                property
                    .AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), true)
                    .OfType<JsonIgnoreAttribute>()
                    .Any(i => i.Condition == JsonIgnoreCondition.Never) == true;
            if (shown)
                (schema.Required ??= new HashSet<string>()).Add(property.Name);
            else if (property.IsGetNullable)
                schema.Required?.Remove(property.Name);
            if (schema.Properties?.TryGetValue(property.Name, out var shape) == true && shape is OpenApiSchema open)
                FieldLimits.Apply(open, property.AttributeProvider);
        }

        if (schema.Required is { Count: 0 })
            schema.Required = null;
        // The comments' generator writes the older keyword, of which OpenAPI 3.1 says that it is deprecated.
#pragma warning disable CS0618
        if (schema.Example is { } example)
            (schema.Examples, schema.Example) = ([example], null);
#pragma warning restore CS0618
    }

    private static OpenApiSchema? Simple(Type type) =>
        type == typeof(string) ? new OpenApiSchema { Type = JsonSchemaType.String }
        : type == typeof(double) ? new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" }
        : type == typeof(DateTimeOffset) ? new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" }
        // An outcome, or a place in a range: a word or a date, a number, or an object of options by degrees.
        : type == typeof(JsonElement) ? new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Number | JsonSchemaType.Object }
        : type == typeof(Guid) ? new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" }
        : null;
}
