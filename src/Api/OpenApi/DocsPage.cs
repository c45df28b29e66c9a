using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Api.OpenApi;

/// <summary>
/// The API's description as a page without a script: every operation with its rights, parameters, bodies and answers, and every shape with its
/// fields. It loads one style sheet of this service and nothing else, so that its Content-Security-Policy can forbid all the rest.
/// </summary>
internal static partial class DocsPage
{
    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete"];

    /// <summary>The page.</summary>
    /// <param name="description">The OpenAPI document.</param>
    public static string Render(JsonNode description)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Forecasts</title>")
            .Append("<meta name=\"viewport\" content=\"width=device-width\"><link rel=\"stylesheet\" href=\"/docs/style.css\"></head><body><main>")
            .Append("<h1>Forecasts</h1><p>")
            .Append(Prose(Text(description["info"], "description")))
            .Append("</p><p>The same for programs: <a href=\"/openapi/v1.json\">/openapi/v1.json</a>.</p>");
        var groups = Operations(description).GroupBy(o => o.Path.Split('/', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "").ToList();
        page.Append("<nav>");
        foreach (var group in groups)
            page.Append($"<a href=\"#{Encoded(group.Key)}\">{Encoded(group.Key)}</a> ");
        page.Append("<a href=\"#shapes\">shapes</a></nav>");
        foreach (var group in groups)
        {
            page.Append($"<h2 id=\"{Encoded(group.Key)}\">{Encoded(group.Key)}</h2>");
            foreach (var (path, method, operation) in group)
                Operation(page, path, method, operation);
        }

        page.Append("<h2 id=\"shapes\">Shapes</h2>");
        foreach (var (name, shape) in description["components"]?["schemas"]?.AsObject() ?? [])
            Shape(page, name, shape);
        return page.Append("</main></body></html>").ToString();
    }

    private static IEnumerable<(string Path, string Method, JsonNode Operation)> Operations(JsonNode description)
    {
        foreach (var (path, item) in description["paths"]?.AsObject() ?? [])
        {
            foreach (var method in Methods)
            {
                if (item?[method] is { } operation)
                    yield return (path, method, operation);
            }
        }
    }

    private static void Operation(StringBuilder page, string path, string method, JsonNode operation)
    {
        page.Append($"<section id=\"{Encoded(Text(operation, "operationId"))}\"><h3><code>{method.ToUpperInvariant()} {Encoded(path)}</code></h3>")
            .Append($"<p><strong>{Prose(Text(operation, "summary"))}.</strong> {Prose(Text(operation, "description"))}</p>");
        if (operation["parameters"]?.AsArray() is { Count: > 0 } parameters)
        {
            page.Append("<table><tr><th>parameter</th><th>in</th><th>type</th><th></th></tr>");
            foreach (var p in parameters)
            {
                page.Append($"<tr><td><code>{Encoded(Text(p, "name"))}</code></td><td>{Encoded(Text(p, "in"))}</td>")
                    .Append($"<td>{Type(p?["schema"])}</td><td>{Prose(Text(p, "description"))}</td></tr>");
            }

            page.Append("</table>");
        }

        foreach (var (type, media) in operation["requestBody"]?["content"]?.AsObject() ?? [])
        {
            page.Append($"<p>Body: <code>{Encoded(type)}</code>, {Type(media?["schema"])}</p>");
            if (media?["example"] is { } example)
                page.Append($"<pre>{Encoded(example.ToJsonString(Readable))}</pre>");
        }

        page.Append("<table><tr><th>answer</th><th></th><th>forms</th></tr>");
        foreach (var (status, answer) in operation["responses"]?.AsObject() ?? [])
        {
            var forms = (answer?["content"]?.AsObject() ?? []).Select(c => $"<code>{Encoded(c.Key)}</code> {Type(c.Value?["schema"])}");
            page.Append($"<tr><td>{Encoded(status)}</td><td>{Prose(Text(answer, "description"))}</td><td>{string.Join("<br>", forms)}</td></tr>");
        }

        page.Append("</table></section>");
    }

    private static void Shape(StringBuilder page, string name, JsonNode? shape)
    {
        page.Append($"<section><h3 id=\"shape-{Encoded(name)}\">{Encoded(name)}</h3><p>{Prose(Text(shape, "description"))}</p>");
        if (shape?["properties"]?.AsObject() is not { Count: > 0 } properties)
        {
            page.Append($"<p>{Type(shape)}</p></section>");
            return;
        }

        var required = (shape["required"]?.AsArray() ?? []).Select(r => (string?)r).ToHashSet();
        page.Append("<table><tr><th>field</th><th>type</th><th></th></tr>");
        foreach (var (field, schema) in properties)
        {
            page.Append($"<tr><td><code>{Encoded(field)}</code>{(required.Contains(field) ? "" : " (may be left out)")}</td>")
                .Append($"<td>{Type(schema)}</td><td>{Prose(Text(schema, "description"))}</td></tr>");
        }

        page.Append("</table></section>");
    }

    private static string Type(JsonNode? schema) =>
        schema switch
        {
            null => "",
            _ when schema["$ref"] is { } reference => Link((string)reference!),
            _ when (schema["oneOf"] ?? schema["anyOf"] ?? schema["allOf"])?.AsArray() is { } several => string.Join(" or ", several.Select(Type)),
            _ when schema["enum"]?.AsArray() is { } values => string.Join(" | ", values.Select(v => $"<code>{Encoded(v?.ToString() ?? "null")}</code>")),
            _ when schema["items"] is { } items => $"list of {Type(items)}",
            _ => Encoded(string.Join(" or ", Types(schema["type"])) + (schema["format"] is { } format ? $" ({format})" : "")),
        };

    private static IEnumerable<string> Types(JsonNode? type) =>
        type switch
        {
            JsonArray several => several.Select(t => (string)t!).Where(t => t != "null"),
            null => ["any"],
            _ => [(string)type!],
        };

    private static string Link(string reference)
    {
        var name = Encoded(reference[(reference.LastIndexOf('/') + 1)..]);
        return $"<a href=\"#shape-{name}\">{name}</a>";
    }

    private static string Text(JsonNode? node, string field) => (string?)node?[field] ?? "";

    /// <summary>A text in which `…` is code, as Markdown has it.</summary>
    private static string Prose(string text) => Code().Replace(Encoded(text), "<code>$1</code>");

    // An address in an example is no link: nothing of the page, nor of what a browser makes of it, leads away from this service.
    private static string Encoded(string text) => HtmlEncoder.Default.Encode(text).Replace("://", "&#58;//", StringComparison.Ordinal);

    private static readonly System.Text.Json.JsonSerializerOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    [GeneratedRegex("&#x60;(.*?)&#x60;")]
    private static partial Regex Code();
}
