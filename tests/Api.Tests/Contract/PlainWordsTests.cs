using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using static Api.Tests.RunningApi;

namespace Api.Tests;

/// <summary>What cannot be read is refused in words that say which field or parameter to change.</summary>
public sealed class PlainWordsTests(PlainWordsTests.Quiet api) : IClassFixture<PlainWordsTests.Quiet>
{
    private static readonly string[] Texts =
    [
        "",
        " ",
        "UPPER",
        "ü",
        "tomorrow",
        "2026-02-30T00:00:00Z",
        "05/06/2025",
        "NaN",
        "1e5",
        "\u202e",
        "../x",
        "a b",
        "%",
    ];

    // None of them fits any field but one of their own kind.
    private static readonly string[] Values =
    [
        "null",
        "true",
        "12",
        "-1e309",
        "1e400",
        "\"x\"",
        "\"\"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "[]",
        "[null]",
        "[1]",
        "{}",
        "{\"a\":1}",
        "[[]]",
        "\"2026-13-01T00:00:00Z\"",
        "\"2026-13-01\"",
    ];

    [Fact]
    public async Task Every_body_that_cannot_be_read_is_refused_by_field_in_words_of_our_own()
    {
        var (faults, sent) = (new List<string>(), 0);
        foreach (
            var operation in api.Contract.Operations.Where(o =>
                o.Json["requestBody"]?["content"]?["application/json"]?["example"] is not null && o.Path != "/forecasts"
            )
        )
        {
            var url = Url(operation.Path);
            var right = operation.Json["requestBody"]!["content"]!["application/json"]!["example"]!.AsObject();
            foreach (var (field, value, body) in Broken(operation, right))
            {
                var (status, answer) = await SendAsync(operation.Method, url, body, "application/json");
                sent++;
                if (status is >= 200 and < 300)
                    continue;
                if (PlainWords.Fault(status, answer) is { } fault)
                    faults.Add($"{operation.Method} {url} {field}={value}: {status} {fault}");
                // What is of the wrong kind is told of that field; an outcome may be of any kind.
                else if (
                    field is not null and not "outcome"
                    && status == 400
                    && value is "12" or "true"
                    && Errors(answer)
                        .All(e => e != field && !e.StartsWith(field + ".", StringComparison.Ordinal) && !e.StartsWith(field + "[", StringComparison.Ordinal))
                )
                {
                    faults.Add($"{operation.Method} {url} {field}={value}: {answer}");
                }
            }

            foreach (
                var (body, type, expected) in new (string, string?, int?)[]
                {
                    ("", "application/json", 400),
                    ("null", "application/json", 400),
                    ("[]", "application/json", 400),
                    ("\"x\"", "application/json", 400),
                    ("{", "application/json", 400),
                    ("{\"a\":}", "application/json", 400),
                    ("{'a':1}", "application/json", 400),
                    ("{\"a\" 1}", "application/json", 400),
                    ("}{", "application/json", 400),
                    (new string('[', 70), "application/json", 400),
                    ("\u0000", "application/json", 400),
                    (right.ToJsonString() + "x", "application/json", 400),
                    ("{\"colour\":1," + right.ToJsonString()[1..], "application/json", 400),
                    (right.ToJsonString()[..^1] + "," + right.ToJsonString()[1..], "application/json", 400),
                    (right.ToJsonString(), "text/plain", 415),
                    (right.ToJsonString(), null, 415),
                    (right.ToJsonString(), "application/json; charset=utf-16", 415),
                    (right.ToJsonString(), "nonsense", 415),
                    ("{\"colour\":\"" + new string('x', 1 << 20) + "\"}", "application/json", 413),
                }
            )
            {
                var (status, answer) = await SendAsync(operation.Method, url, body, type);
                sent++;
                var shown = body.Length > 80 ? body[..80] : body;
                // Who confirms may leave the body out, with the proposal's version as If-Match instead; here neither is given.
                if (status == 428 && body is ("" or "null") && url.EndsWith("/resolution/confirm", StringComparison.Ordinal))
                    continue;
                if (status != expected)
                    faults.Add($"{operation.Method} {url} {shown} as {type}: {status} {answer}");
                else if (PlainWords.Fault(status, answer) is { } fault)
                    faults.Add($"{operation.Method} {url} {shown} as {type}: {fault}");
            }
        }

        Assert.True(faults.Count == 0, $"{faults.Count} of {sent}:\n{string.Join("\n", faults.Take(40))}");
        Assert.True(sent > 1_000, $"Only {sent} were sent.");
    }

    [Fact]
    public async Task Every_parameter_that_cannot_be_read_is_named_with_what_was_given()
    {
        var (faults, sent) = (new List<string>(), 0);
        foreach (var operation in api.Contract.Operations.Where(o => o.Method == "GET" && !o.Path.StartsWith("/live", StringComparison.Ordinal)))
        {
            foreach (var parameter in (operation.Json["parameters"]?.AsArray() ?? []).OfType<JsonNode>().Where(p => (string?)p["in"] == "query"))
            {
                var name = (string)parameter["name"]!;
                foreach (var value in Texts.Concat(["0", "-1", "99999999999999999999", "null", "2026-01-01T00:00:00", new string('x', 900)]))
                {
                    var url = $"{Url(operation.Path)}?{name}={Uri.EscapeDataString(value)}";
                    var (status, answer) = await SendAsync("GET", url, null, null);
                    sent++;
                    if (status < 400)
                        continue;
                    if (PlainWords.Fault(status, answer) is { } fault)
                        faults.Add($"{url}: {status} {fault}");
                    else if (status == 400 && !Errors(answer).Contains(name))
                        faults.Add($"{url}: {answer}");
                }
            }

            foreach (var query in new[] { "?colour=red", "?limit=1&limit=2", "?=", "?%00=1" })
            {
                var (status, answer) = await SendAsync("GET", Url(operation.Path) + query, null, null);
                if (status >= 400 && PlainWords.Fault(status, answer) is { } fault)
                    faults.Add($"{operation.Path}{query}: {fault}");
            }
        }

        Assert.True(faults.Count == 0, $"{faults.Count} of {sent}:\n{string.Join("\n", faults.Take(40))}");
        Assert.True(sent > 1_000, $"Only {sent} were sent.");
    }

    [Theory]
    [InlineData(
        """{"slug":"s","title":"T","resolutionCriteria":"C","type":"binary","opensAt":"2026-01-01","closesAt":"tomorrow","resolvesBy":"2036-02-01"}""",
        "closesAt",
        "'closesAt' takes a time: 2025-06-05, or RFC 3339 with an offset, such as 2025-06-05T14:30:00Z, not \"tomorrow\"."
    )]
    [InlineData(
        """{"slug":"s","title":12,"resolutionCriteria":"C","type":"binary","opensAt":"2026-01-01","closesAt":"2036-01-01","resolvesBy":"2036-02-01"}""",
        "title",
        "'title' takes text in quotes, not 12."
    )]
    [InlineData(
        """{"slug":"s","title":"T","resolutionCriteria":"C","type":"maybe","opensAt":"2026-01-01","closesAt":"2036-01-01","resolvesBy":"2036-02-01"}""",
        "type",
        "'type' takes one of \"binary\", \"multipleChoice\", \"ordered\", \"numeric\", \"date\", not \"maybe\"."
    )]
    [InlineData(
        """{"slug":"s","title":"T","resolutionCriteria":"C","type":"binary","opensAt":"2026-01-01T00:00:00Z","resolvesBy":"2036-02-01T00:00:00Z"}""",
        "closesAt",
        "'closesAt' is missing; it takes a time: 2025-06-05, or RFC 3339 with an offset, such as 2025-06-05T14:30:00Z."
    )]
    [InlineData(
        """
            {"slug":"s","title":"T","resolutionCriteria":"C","type":"binary","tags":"a",
            "opensAt":"2026-01-01","closesAt":"2036-01-01","resolvesBy":"2036-02-01"}
            """,
        "tags",
        "'tags' takes a list in brackets, each entry of it text in quotes, and neither null nor anything else."
    )]
    [InlineData(
        """
            {"slug":"s","title":"T","resolutionCriteria":"C","type":"binary","tags":["a",7],
            "opensAt":"2026-01-01","closesAt":"2036-01-01","resolvesBy":"2036-02-01"}
            """,
        "tags[1]",
        "'tags[1]' takes text in quotes, not 7."
    )]
    [InlineData(
        """
            {"slug":"s","title":"T","resolutionCriteria":"C","type":"numeric","range":{"min":0,"max":1,"open":[null]},
            "opensAt":"2026-01-01","closesAt":"2036-01-01","resolvesBy":"2036-02-01"}
            """,
        "range.open",
        "'range.open' takes a list without null in it."
    )]
    public async Task A_field_of_another_kind_is_told_what_it_takes_and_what_was_given(string body, string field, string expected)
    {
        var (status, answer) = await SendAsync("POST", "/questions", body, "application/json");
        Assert.Equal(400, status);
        var problem = JsonDocument.Parse(answer).RootElement;
        Assert.Equal([field], Errors(answer));
        Assert.Equal(expected, problem.GetProperty("errors").GetProperty(field)[0].GetString());
        Assert.Equal(expected, problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_body_that_is_no_json_is_told_where_it_goes_wrong()
    {
        var (_, answer) = await SendAsync(
            "POST",
            "/questions/open/evidence",
            "{\"occurredAt\":\"2026-01-01T00:00:00Z\",\n \"title\" \"Rain\"}",
            "application/json"
        );
        Assert.Contains(
            "line 2, byte 10",
            JsonDocument.Parse(answer).RootElement.GetProperty("errors").GetProperty("body")[0].GetString(),
            StringComparison.Ordinal
        );
        var (_, empty) = await SendAsync("POST", "/questions/open/evidence", "", "application/json");
        Assert.Equal(
            "The body is missing; the request takes an object with occurredAt, title, source, and if wanted url. Send it as application/json.",
            JsonDocument.Parse(empty).RootElement.GetProperty("errors").GetProperty("body")[0].GetString()
        );
        foreach (
            var (broken, said) in new[]
            {
                ("garbage", "line 1, byte 1"),
                ("<a/>", "line 1, byte 1"),
                ("null", "The body is null; the request takes an object with occurredAt"),
                ("  ", "The body is missing"),
            }
        )
        {
            var (status, refused) = await SendAsync("POST", "/questions/open/evidence", broken, "application/json");
            Assert.Equal(400, status);
            Assert.Contains(said, JsonDocument.Parse(refused).RootElement.GetProperty("errors").GetProperty("body")[0].GetString(), StringComparison.Ordinal);
        }

        var (_, unknown) = await SendAsync(
            "POST",
            "/questions/open/evidence",
            """{"occurredAt":"2026-01-01T00:00:00Z","title":"Rain","source":"gauge","link":"x"}""",
            "application/json"
        );
        Assert.Equal(
            "'link' is no field of this request, which takes an object with occurredAt, title, source, and if wanted url.",
            JsonDocument.Parse(unknown).RootElement.GetProperty("errors").GetProperty("link")[0].GetString()
        );
        var (_, twice) = await SendAsync("POST", "/questions/open/clarifications", """{"text":"a","text":"b"}""", "application/json");
        Assert.Contains("twice", JsonDocument.Parse(twice).RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_many_forecasts_is_refused_in_the_same_words()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/forecasts")
        {
            Content = new StringContent(
                "{\"question\":\"open\",\"probability\":\"high\"}\n{\"question\":\"open\"\n{\"question\":12}\n",
                Encoding.UTF8,
                "application/x-ndjson"
            ),
        };
        using var response = await api.Owner.SendAsync(request);
        var lines = (await response.Content.ReadAsStringAsync())
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonDocument.Parse(l).RootElement.GetProperty("problem"))
            .ToList();
        Assert.All(lines, l => Assert.Null(PlainWords.Fault(400, l.GetRawText())));
        Assert.Equal("'probability' takes a number, such as 0.5, not \"high\".", lines[0].GetProperty("detail").GetString());
        Assert.Equal("'question' takes text in quotes, not 12.", lines[2].GetProperty("detail").GetString());
    }

    private static IEnumerable<(string? Field, string Value, string Body)> Broken(WrittenOperation operation, JsonObject right)
    {
        foreach (var (field, _) in right)
        {
            foreach (var value in Values)
            {
                var broken = right.DeepClone().AsObject();
                broken.Remove(field);
                yield return (field, value, $"{{{JsonSerializer.Serialize(field)}:{value}{(broken.Count == 0 ? "" : "," + broken.ToJsonString()[1..^1])}}}");
            }

            foreach (var text in Texts)
            {
                var broken = right.DeepClone().AsObject();
                broken[field] = text;
                yield return (field, text, broken.ToJsonString());
            }

            var without = right.DeepClone().AsObject();
            without.Remove(field);
            yield return (field, "nothing", without.ToJsonString());
        }
    }

    private static string Url(string path) =>
        path.Replace("{slug}", "open", StringComparison.Ordinal)
            .Replace("{analyst}", "owner", StringComparison.Ordinal)
            .Replace("{a}", "owner", StringComparison.Ordinal)
            .Replace("{b}", "somebody", StringComparison.Ordinal)
            .Replace("{n}", "1", StringComparison.Ordinal)
            .Replace("{id}", "none", StringComparison.Ordinal);

    private static List<string> Errors(string answer) =>
        [.. JsonDocument.Parse(answer).RootElement.GetProperty("errors").EnumerateObject().Select(e => e.Name)];

    private async Task<(int Status, string Answer)> SendAsync(string method, string url, string? body, string? type)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (type is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using var response = await api.Owner.SendAsync(request);
        return (
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.MediaType == "application/problem+json" ? await response.Content.ReadAsStringAsync() : ""
        );
    }

    /// <summary>A service without the catalogue, with an open question.</summary>
    public sealed class Quiet : RunningApi
    {
        protected override IReadOnlyList<string> Settings => ["--Catalogue:Load", "false"];

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await OpenQuestionAsync("open");
            await AsAsync("somebody", "analyst");
        }
    }
}
