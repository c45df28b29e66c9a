using System.Text.Json.Nodes;
using Api.Authorization;
using Api.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests;

/// <summary>The OpenAPI description: every endpoint is in it with its rights, refusals and limits.</summary>
public sealed class DescriptionTests(RunningApi api) : IClassFixture<RunningApi>
{
    private WrittenContract Contract => api.Contract;

    [Fact]
    public void Every_endpoint_is_described_with_its_rights_and_every_refusal()
    {
        var missing = new List<string>();
        foreach (var endpoint in api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (
                !endpoint.NamesPolicy()
                || endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.IExcludeFromDescriptionMetadata>()?.ExcludeFromDescription == true
            )
                continue;
            foreach (var method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods)
            {
                var path = System.Text.RegularExpressions.Regex.Replace("/" + endpoint.RoutePattern.RawText!.Trim('/'), @":\w+\}", "}");
                if (Contract.Operations.FirstOrDefault(o => o.Method == method && o.Path == path) is not { Json: var operation })
                {
                    missing.Add($"{method} {path} is not described");
                    continue;
                }

                var statuses = operation["responses"]!.AsObject().Select(r => r.Key).ToHashSet();
                string[] wanted = method == "GET" ? ["400", "401", "403", "429", "503"] : ["400", "401", "403", "409", "412", "413", "422", "429", "503"];
                missing.AddRange(wanted.Except(statuses).Select(s => $"{method} {path} does not say that it can answer {s}"));
                if (operation["summary"] is null)
                    missing.Add($"{method} {path} has no summary");
                if (operation["operationId"] is null)
                    missing.Add($"{method} {path} has no id");
                if (operation["security"] is not JsonArray { Count: > 0 })
                    missing.Add($"{method} {path} does not say that it takes a token");
                var query = endpoint.Metadata.GetMetadata<KnownQuery>()?.Names ?? [];
                var described = Parameters(operation, "query");
                missing.AddRange(query.Except(described.Select(p => (string)p["name"]!)).Select(p => $"{method} {path} does not describe '{p}'"));
                missing.AddRange(
                    described
                        .Where(p => p["schema"]?["type"] is null || string.IsNullOrEmpty((string?)p["description"]))
                        .Select(p => $"{method} {path} does not say what '{p["name"]}' is")
                );
                missing.AddRange(
                    Parameters(operation, "path")
                        .Where(p => p["schema"]?["type"] is null || string.IsNullOrEmpty((string?)p["description"]))
                        .Select(p => $"{method} {path} does not say what '{p["name"]}' is")
                );
                if (!statuses.Any(s => s[0] == '2'))
                    missing.Add($"{method} {path} does not say what it answers");
            }
        }

        Assert.True(missing.Count == 0, string.Join("\n", missing));
    }

    [Fact]
    public void Operations_have_ids_of_their_own() =>
        Assert.Equal(Contract.Operations.Count, Contract.Operations.Select(o => (string)o.Json["operationId"]!).Distinct().Count());

    [Fact]
    public void Every_example_keeps_to_its_schema()
    {
        var examples = 0;
        var faults = new List<string>();
        foreach (var (name, schema) in Contract.Document["components"]!["schemas"]!.AsObject())
        {
            foreach (var example in schema!["examples"]?.AsArray() ?? [])
            {
                examples++;
                if (Contract.Fault(name, example!.ToJsonString()) is { } fault)
                    faults.Add($"{name}: {fault}");
            }
        }

        foreach (var operation in Contract.Operations)
        {
            foreach (var (type, media) in operation.Json["requestBody"]?["content"]?.AsObject() ?? [])
            {
                if (media!["example"] is not { } example)
                {
                    if (type == "application/json")
                        faults.Add($"{operation.Method} {operation.Path} has no example of its body");
                    continue;
                }

                examples++;
                if (Contract.Fault(operation, 0, type, example.ToJsonString()) is { } fault)
                    faults.Add($"{operation.Method} {operation.Path}: {fault}");
            }
        }

        Assert.True(faults.Count == 0, string.Join("\n", faults));
        Assert.True(examples > 15);
    }

    [Fact]
    public void No_property_is_left_without_a_type()
    {
        var open = new List<string>();
        foreach (var (name, schema) in Contract.Document["components"]!["schemas"]!.AsObject())
        {
            foreach (var (property, shape) in schema!["properties"]?.AsObject() ?? [])
            {
                var isOpen = shape!["type"] is null && shape["$ref"] is null && shape["oneOf"] is null && shape["anyOf"] is null && shape["enum"] is null;
                var isList = shape["type"] is { } type && type.ToJsonString().Contains("array", StringComparison.Ordinal) && shape["items"] is null;
                if (isOpen || isList)
                    open.Add($"{name}.{property}");
            }
        }

        // What an event holds depends on the event, and a text of it that is erased or withheld is null.
        Assert.Equal(["AuditedEvent.data", "OpenedValue.value", "OpenedValues.text"], open);
    }

    private static List<JsonNode> Parameters(JsonObject operation, string where) =>
        [.. (operation["parameters"]?.AsArray() ?? []).OfType<JsonNode>().Where(p => (string?)p["in"] == where)];
}
