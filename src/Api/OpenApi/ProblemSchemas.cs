using System.Text.Json.Nodes;
using Api.Problems;
using Microsoft.OpenApi;

namespace Api.OpenApi;

/// <summary>The shapes of refusals.</summary>
internal static class ProblemSchemas
{
    private const string Plain = "Problem";
    private const string ByField = "InvalidProblem";

    public static void AddTo(OpenApiDocument document)
    {
        document.AddComponent(Plain, (IOpenApiSchema)Of(null));
        document.AddComponent(
            ByField,
            (IOpenApiSchema)Of(
                new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Description = "What is wrong, by parameter or field.",
                    AdditionalProperties = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Array,
                        MinItems = 1,
                        Items = new OpenApiSchema { Type = JsonSchemaType.String },
                    },
                }
            )
        );
    }

    /// <summary>A refusal with this status, with an example of it.</summary>
    public static OpenApiResponse Response(OpenApiDocument document, int status, string description) =>
        new()
        {
            Description = description,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Problem.ContentType] = new()
                {
                    Schema = new OpenApiSchemaReference(status == 400 ? ByField : Plain, document),
                    Example = Example(status, description),
                },
            },
            Headers = Headers(status),
        };

    private static Dictionary<string, IOpenApiHeader>? Headers(int status) =>
        status switch
        {
            401 => new() { ["WWW-Authenticate"] = Header("What to send instead.") },
            429 or 503 => new() { ["Retry-After"] = Header("Seconds to wait.") },
            _ => null,
        };

    private static OpenApiHeader Header(string description) =>
        new()
        {
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        };

    private static OpenApiSchema Of(OpenApiSchema? errors)
    {
        var schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "A problem document (RFC 9457).",
            Required = new HashSet<string> { "type", "title", "status", "detail" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Names the kind of problem for programs." },
                ["title"] = new OpenApiSchema { Type = JsonSchemaType.String },
                ["status"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Minimum = "400",
                    Maximum = "599",
                },
                ["detail"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    MinLength = 1,
                    Description = "Says what to change.",
                },
            },
        };
        if (errors is null)
            return schema;
        schema.Properties["errors"] = errors;
        schema.Required.Add("errors");
        return schema;
    }

    private static JsonObject Example(int status, string description)
    {
        var example = new JsonObject
        {
            ["type"] = $"urn:forecasts:problem:{(status == 400 ? "invalid" : "refused")}",
            ["title"] = description,
            ["status"] = status,
            ["detail"] = "Says what to change.",
        };
        if (status == 400)
            example["errors"] = new JsonObject { ["limit"] = new JsonArray("'limit' is a whole number from 1 to 500.") };
        return example;
    }
}
