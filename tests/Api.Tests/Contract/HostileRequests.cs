using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace Api.Tests;

/// <summary>A request made up from the API's description: right, nearly right, or meant to break something.</summary>
public sealed record MadeRequest(string Method, string Url, string? ContentType, string? Body, IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>The request as a line for a shell.</summary>
    public string Curl(Uri address)
    {
        var line = new StringBuilder().Append(
            CultureInfo.InvariantCulture,
            $"curl -s -X {Method} '{new Uri(address, Url).AbsoluteUri.Replace("'", "%27", StringComparison.Ordinal)}' -H \"Authorization: Bearer $TOKEN\""
        );
        foreach (var (name, value) in Headers)
            line.Append(CultureInfo.InvariantCulture, $" -H '{name}: {Quote(value)}'");
        if (ContentType is not null)
            line.Append(CultureInfo.InvariantCulture, $" -H 'Content-Type: {ContentType}'");
        if (Body is not null)
            line.Append(CultureInfo.InvariantCulture, $" --data-binary '{Quote(Body.Length > 4_000 ? Body[..4_000] + "…" : Body)}'");
        return line.ToString();
    }

    private static string Quote(string text) => text.Replace("'", "'\\''", StringComparison.Ordinal);
}

/// <summary>Makes requests up from the API's description.</summary>
public sealed class HostileRequests(WrittenContract contract, IReadOnlyList<string> questions, IReadOnlyList<string> analysts)
{
    // Each has broken some service somewhere: bounds of numbers, text that is none, other languages of the machine.
    private static readonly string[] Texts =
    [
        "",
        " ",
        "a",
        "yes",
        "no",
        "annulled",
        "likely",
        "null",
        "true",
        "0",
        "-1",
        "NaN",
        "../../etc/passwd",
        "%00",
        "'; drop table mt_events; --",
        "\" or 1=1",
        "{}",
        "[]",
        "<script>",
        "${jndi:ldap://x}",
        "ü",
        "日本語",
        "🦉",
        "e\u0301\u0301\u0301",
        "\u202eabc",
        "\ufeff",
        "\uffff",
        "ﷺ",
        "\r\nX-Injected: 1",
        "\t",
        new string('x', 201),
        new string('9', 400),
        "2017-06-05",
        "2017-08-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.9999999Z",
        "2026-02-30T00:00:00Z",
        "2026-01-01T00:00:00+14:00",
        "0001-01-01T00:00:00+14:00",
        "2026-01-01T24:00:00Z",
        "median",
        "icd203",
    ];

    private static readonly string[] Numbers =
    [
        "0",
        "-0",
        "1",
        "-1",
        "0.5",
        "1.0000000000000002",
        "-1e-9",
        "1e-400",
        "5e-324",
        "1.7976931348623157e308",
        "1e309",
        "-1e309",
        "2147483647",
        "2147483648",
        "-2147483649",
        "9223372036854775807",
        "9223372036854775808",
        "1e5",
        "0.1e1",
        "123456789012345678901234567890",
    ];

    private static readonly string[] Wrong =
    [
        "null",
        "true",
        "false",
        "\"\"",
        "\"x\"",
        "0",
        "-1",
        "1e309",
        "[]",
        "{}",
        "[null]",
        "[[[]]]",
        "{\"a\":{}}",
        "NaN",
        "Infinity",
        "0x10",
        "'x'",
        "undefined",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"\\udc00x\"",
        "1.",
        "01",
        "[1,]",
    ];

    private static readonly Gen<string> Text = Gen.Frequency(
        (6, Gen.OneOf(Texts)),
        (2, Gen.String[0, 30]),
        (1, Gen.Int[0, 6_000].Select(n => new string('ü', n)))
    );

    private readonly Dictionary<string, Gen<string>> _bodies = new(StringComparer.Ordinal);

    /// <summary>Requests of every operation that the description has, but for those that <paramref name="except"/> names.</summary>
    public Gen<MadeRequest> All(Func<WrittenOperation, bool> except) => Gen.OneOf([.. contract.Operations.Where(o => !except(o)).Select(Of)]);

    private Gen<MadeRequest> Of(WrittenOperation operation)
    {
        var parameters = (operation.Json["parameters"]?.AsArray() ?? []).OfType<JsonNode>().ToList();
        var writes = operation.Method != "GET";
        var path = Join(operation.Path.Split('/').Select(part => part.StartsWith('{') ? Segment(part.Trim('{', '}')) : Gen.Const(part)), "/");
        var query = Query([.. parameters.Where(p => (string?)p["in"] == "query")]);
        var schema = operation.Json["requestBody"]?["content"]?["application/json"]?["schema"];
        var body = schema is null
            ? Gen.Frequency(
                (9, Gen.Const((Type: (string?)null, Text: (string?)null))),
                (1, Text.Select(t => (Type: (string?)"application/json", Text: (string?)t)))
            )
            : Gen.Select(Type, Broken(Value(schema, 0)), (type, text) => (Type: type, Text: (string?)text));
        return Gen.Select(
            path,
            query,
            body,
            Headers(writes),
            (p, q, b, h) => new MadeRequest(operation.Method, p + q, b.Text is null ? null : b.Type, b.Text, h)
        );
    }

    private static Gen<string?> Type =>
        Gen.Frequency<string?>(
            (30, Gen.Const<string?>("application/json")),
            (
                1,
                Gen.OneOf<string?>(
                    "text/plain",
                    "application/xml",
                    "application/x-ndjson",
                    "multipart/form-data; boundary=x",
                    "application/json; charset=utf-16",
                    "application/json;charset=nonsense",
                    "*/*"
                )
            )
        );

    private Gen<string> Segment(string name) =>
        name switch
        {
            "slug" => Gen.Frequency((8, Gen.OneOf([.. questions])), (1, Text.Select(Escape))),
            "analyst" or "a" or "b" => Gen.Frequency((8, Gen.OneOf([.. analysts])), (1, Text.Select(Escape))),
            _ => Text.Select(Escape),
        };

    // An empty segment is another path, and dots are taken away before they are sent.
    private static string Escape(string text) => Uri.EscapeDataString(text.Length == 0 || text.Trim('.').Length == 0 ? "x" : text);

    private static Gen<string> Query(IReadOnlyList<JsonNode> known)
    {
        var given = known.Select(p =>
            Gen.Frequency(
                (3, Gen.Const("")),
                (2, Right(p["schema"]!).Select(v => $"{p["name"]}={Uri.EscapeDataString(v)}")),
                (1, Text.Select(v => $"{p["name"]}={Uri.EscapeDataString(v)}"))
            )
        );
        var unknown = Gen.Frequency((20, Gen.Const("")), (1, Gen.OneOf("colour=red", "limit=1&limit=2", "=", "&&&", "%", "a[]=1", "cursor=%ff", "limit=%00")));
        return Gen.Select(
            Join(given, "&"),
            unknown,
            (g, u) => string.Join('&', new[] { g, u }.Where(x => x.Trim('&').Length > 0 || x.Length > 1)) is { Length: > 0 } q ? "?" + q : ""
        );
    }

    private static Gen<string> Right(JsonNode schema)
    {
        if (schema["enum"] is JsonArray values)
            return Gen.OneOf([.. values.Select(v => (string)v!)]);
        if ((string?)schema["format"] == "date-time")
            return Gen.OneOf("2026-01-01T00:00:00Z", "2017-08-01T12:00:00.123456+02:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z");
        return schema["type"]?.ToJsonString().Contains("integer", StringComparison.Ordinal) == true
            ? Gen.OneOf("1", "2", "500", "501", "0", "2147483647", "2147483648")
            : Text;
    }

    private static Gen<IReadOnlyList<(string, string)>> Headers(bool writes)
    {
        Gen<string> Sometimes(string name, params string[] values) => Gen.Frequency((6, Gen.Const("")), (1, Gen.OneOf(values).Select(v => $"{name}: {v}")));
        return Gen.Select(
            writes
                ? Sometimes("If-Match", "*", "\"1\"", "\"2\"", "W/\"1\"", "nonsense", "\"", "\"1\", \"2\", \"3\"", "\"99999999999999999999\"")
                : Sometimes("If-None-Match", "*", "\"1\"", "W/\"x\"", "nonsense"),
            writes
                ? Sometimes("Idempotency-Key", "one", "two", "three", "", "a b", new string('k', 201), "\"quoted\"")
                : Sometimes("Accept", "image/svg+xml", "text/csv", "application/x-ndjson", "nonsense", "*/*;q=0", "image/png"),
            Sometimes("Accept-Encoding", "br", "gzip", "identity;q=0", "nonsense"),
            (a, b, c) =>
                (IReadOnlyList<(string, string)>)[.. new[] { a, b, c }.Where(h => h.Length > 0).Select(h => (h[..h.IndexOf(':')], h[(h.IndexOf(':') + 2)..]))]
        );
    }

    /// <summary>A body as it is, cut, doubled, buried, or replaced by something else.</summary>
    private static Gen<string> Broken(Gen<string> body) =>
        Gen.Frequency(
            (20, body),
            (1, body.Select(b => b[..(b.Length / 2)])),
            (1, body.Select(b => b + b)),
            (1, body.Select(b => b.StartsWith("{\"", StringComparison.Ordinal) ? b[..^1] + "," + b[1..] : b)),
            (1, body.Select(b => b.StartsWith('{') ? "{\"unheardOf\":1," + b[1..] : b)),
            (1, Gen.OneOf(Wrong)),
            (1, Gen.Const("")),
            (1, Gen.Int[1, 3_000].Select(n => new string('[', n))),
            (1, Gen.Int[1, 200].Select(n => string.Concat(Enumerable.Repeat("{\"a\":", n)) + "1" + new string('}', n))),
            (1, Text)
        );

    /// <summary>JSON that fits a schema for the most part.</summary>
    private Gen<string> Value(JsonNode schema, int depth)
    {
        if ((string?)schema["$ref"] is { } reference)
        {
            if (_bodies.TryGetValue(reference, out var made))
                return made;
            var referred = contract.Document["components"]!["schemas"]![reference.Split('/')[^1]]!;
            return _bodies[reference] = Value(referred, depth + 1);
        }

        if (schema["oneOf"] is JsonArray choices)
            return Gen.OneOf([.. choices.Select(c => Value(c!, depth + 1))]);
        if (schema["enum"] is JsonArray values)
            return Mostly(Gen.OneOf([.. values.Select(v => v!.ToJsonString())]));
        var types = schema["type"] switch
        {
            JsonArray several => [.. several.Select(t => (string)t!).Where(t => t != "null")],
            JsonValue one => [(string)one!],
            _ => Array.Empty<string>(),
        };
        return types.Length == 0 ? Gen.OneOf(Wrong) : Gen.OneOf([.. types.Select(t => OfType(t, schema, depth))]);
    }

    private Gen<string> OfType(string type, JsonNode schema, int depth) =>
        type switch
        {
            "object" when schema["properties"] is JsonObject properties => Object(
                properties,
                [.. (schema["required"]?.AsArray() ?? []).Select(r => (string)r!)],
                depth
            ),
            "object" => Mostly(
                Gen.OneOf(
                    "{}",
                    "{\"yes\":0.5,\"no\":0.5}",
                    "{\"a\":0.2,\"b\":0.5,\"c\":0.3}",
                    "{\"a\":1}",
                    "{\"\":0.5}",
                    "{\"a\":0.5,\"a\":0.5}",
                    "{\"a\\u0000\":1}"
                )
            ),
            "array" => Mostly(Value(schema["items"] ?? new JsonObject(), depth + 1).Array[0, 4].Select(items => $"[{string.Join(',', items)}]")),
            "boolean" => Mostly(Gen.OneOf("true", "false")),
            "integer" or "number" => Mostly(Gen.OneOf(Gen.OneOf(Numbers), Gen.Double[0, 1].Select(d => d.ToString("R", CultureInfo.InvariantCulture)))),
            _ => Mostly(String(schema)),
        };

    private Gen<string> String(JsonNode schema) =>
        (string?)schema["format"] == "date-time"
            ? Gen.OneOf(
                "\"2026-01-01T00:00:00Z\"",
                "\"2036-01-01T00:00:00Z\"",
                "\"2035-06-01T00:00:00.1234567Z\"",
                "\"2026-10-01T00:00:00Z\"",
                "\"0001-01-01T00:00:00Z\"",
                "\"9999-12-31T23:59:59.9999999Z\"",
                "\"2026-01-01\"",
                "\"2026-01-01T00:00:00\""
            )
            : Gen.Frequency((2, Text), (1, Gen.OneOf([.. questions, .. analysts]))).Select(t => JsonSerializer.Serialize(t));

    private Gen<string> Object(JsonObject properties, IReadOnlyList<string> required, int depth)
    {
        var fields = properties.Select(p =>
            Value(p.Value!, depth + 1).Select(v => $"{JsonSerializer.Serialize(p.Key)}:{v}") is var field && required.Contains(p.Key)
                ? Gen.Frequency((30, field), (1, Gen.Const("")))
                : Gen.Frequency((2, Gen.Const("")), (1, field))
        );
        return Join(fields, ",").Select(f => "{" + f + "}");
    }

    private static Gen<string> Mostly(Gen<string> right) => Gen.Frequency((25, right), (1, Gen.OneOf(Wrong)));

    private static Gen<string> Join(IEnumerable<Gen<string>> parts, string by)
    {
        var all = parts.ToArray();
        return all.Length == 0
            ? Gen.Const("")
            : all.Skip(1)
                .Aggregate(
                    all[0],
                    (left, right) =>
                        Gen.Select(
                            left,
                            right,
                            (l, r) =>
                                l.Length == 0 && by != "/" ? r
                                : r.Length == 0 && by != "/" ? l
                                : l + by + r
                        )
                );
    }
}
