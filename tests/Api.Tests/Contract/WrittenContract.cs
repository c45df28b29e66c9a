using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NJsonSchema;

namespace Api.Tests;

/// <summary>One operation as the API's description has it.</summary>
public sealed record WrittenOperation(string Method, string Path, Regex Matches, JsonObject Json);

/// <summary>The API's description, read as an outsider reads it, with its schemas made ready to be held against answers.</summary>
public sealed class WrittenContract
{
    private const int MostTries = 20;

    private static readonly SemaphoreSlim Turn = new(1);
    private static WrittenContract? _first;

    private readonly JsonSchema _schemas;

    private WrittenContract(JsonObject document, IReadOnlyList<WrittenOperation> operations, JsonSchema schemas) =>
        (Document, Operations, _schemas) = (document, operations, schemas);

    public JsonObject Document { get; }

    public IReadOnlyList<WrittenOperation> Operations { get; }

    /// <summary>
    /// The description, read from the first service of this process that is asked. All services describe themselves alike, and one description takes most of a
    /// second of processor time.
    /// </summary>
    public static async Task<WrittenContract> OfAsync(HttpClient client)
    {
        await Turn.WaitAsync();
        try
        {
            return _first ??= await ReadAsync(client);
        }
        finally
        {
            Turn.Release();
        }
    }

    public static async Task<WrittenContract> ReadAsync(HttpClient client)
    {
        var document = JsonNode.Parse(await TextAsync(client))!.AsObject();
        ReadAll(document);
        var operations = (
            from path in document["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            where operation.Key is "get" or "put" or "post" or "delete" or "patch"
            select new WrittenOperation(operation.Key.ToUpperInvariant(), path.Key, Pattern(path.Key), operation.Value!.AsObject())
        ).ToList();
        var definitions = document["components"]!["schemas"]!.DeepClone().AsObject();
        foreach (var operation in operations)
        {
            foreach (var (name, schema) in Inline(operation))
                definitions[name] = schema.DeepClone();
        }

        var root = new JsonObject { ["definitions"] = definitions };
        return new WrittenContract(
            document,
            operations,
            await JsonSchema.FromJsonAsync(root.ToJsonString().Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal))
        );
    }

    /// <summary>The operation that answers a request; null where the description has none.</summary>
    public WrittenOperation? Find(string method, string path) =>
        Operations.Where(o => o.Method == method && o.Matches.IsMatch(path)).MinBy(o => o.Path.Count(c => c == '{'));

    /// <summary>What is wrong with an answer's JSON, or with a request's where <paramref name="status"/> is 0; null where nothing is.</summary>
    public string? Fault(WrittenOperation operation, int status, string mediaType, string json)
    {
        var schema = _schemas.Definitions[Name(operation, status.ToString(System.Globalization.CultureInfo.InvariantCulture), mediaType)];
        var errors = schema.Validate(json);
        return errors.Count == 0 ? null : string.Join("; ", errors.Select(e => e.ToString()));
    }

    /// <summary>What is wrong with an example of a schema.</summary>
    public string? Fault(string schema, string json) =>
        _schemas.Definitions[schema].Validate(json) is { Count: > 0 } errors ? string.Join("; ", errors.Select(e => e.ToString())) : null;

    // Nodes are made of the text when they are first looked at, which two threads must not do at once.
    private static void ReadAll(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (var (_, member) in members)
                ReadAll(member);
        }
        else if (node is JsonArray elements)
        {
            foreach (var element in elements)
                ReadAll(element);
        }
    }

    private static IEnumerable<(string Name, JsonNode Schema)> Inline(WrittenOperation operation)
    {
        foreach (var (type, media) in operation.Json["requestBody"]?["content"]?.AsObject() ?? [])
            yield return (Name(operation, "0", type), media!["schema"] ?? new JsonObject());
        foreach (var (status, response) in operation.Json["responses"]!.AsObject())
        {
            foreach (var (type, media) in response!["content"]?.AsObject() ?? [])
                yield return (Name(operation, status, type), media!["schema"] ?? new JsonObject());
        }
    }

    private static string Name(WrittenOperation operation, string status, string mediaType) =>
        $"{operation.Method} {operation.Path} {status} {mediaType}".Replace('/', '_').Replace('{', '_').Replace('}', '_');

    private static Regex Pattern(string path) =>
        new("^" + Regex.Replace(Regex.Escape(path).Replace("\\{", "{", StringComparison.Ordinal), @"\{[^}]+\}", "[^/]+") + "/?$");

    // A service that gives requests little time may not write its description in it at first, when all of its code is still to be compiled: it says so,
    // or cuts off what it has begun.
    private static async Task<string> TextAsync(HttpClient client)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var response = await client.GetAsync(new Uri("/openapi/v1.json", UriKind.Relative));
                if (response.StatusCode == System.Net.HttpStatusCode.ServiceUnavailable && tries < MostTries)
                    continue;
                return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
            }
            catch (HttpRequestException e) when (e.InnerException is IOException && tries < MostTries)
            {
                // Cut off; the next try finds more of it compiled.
            }
        }
    }
}
