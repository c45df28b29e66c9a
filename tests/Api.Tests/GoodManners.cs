using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Api.Authorization;
using Api.Paging;
using Api.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using static Api.Tests.RunningApi;

namespace Api.Tests;

/// <summary>What holds for every endpoint: problem documents, tags, pages and methods.</summary>
public sealed class GoodManners(ServedApi api) : IClassFixture<ServedApi>
{
    [Theory]
    [InlineData("GET", "/nowhere", null, null, 404)]
    [InlineData("PATCH", "/questions", "{}", "application/json", 405)]
    [InlineData("DELETE", "/me", null, null, 405)]
    [InlineData("POST", "/questions", "slug=x", "application/x-www-form-urlencoded", 415)]
    [InlineData("POST", "/questions", "{}", "text/plain", 415)]
    [InlineData("POST", "/questions", "{", "application/json", 400)]
    [InlineData("POST", "/questions", "", "application/json", 400)]
    [InlineData("POST", "/questions", "null", "application/json", 400)]
    [InlineData("POST", "/questions", "{\"unheardOf\":1}", "application/json", 400)]
    [InlineData("POST", "/analysts", "{\"analyst\":\"nul\",\"name\":\"a\\u0000b\",\"roles\":[]}", "application/json", 400)]
    [InlineData("POST", "/analysts", "{\"analyst\":\"half\",\"name\":\"a\\ud800b\",\"roles\":[]}", "application/json", 400)]
    [InlineData("POST", "/analysts", "{\"analyst\":\"digits\",\"name\":\"a\",\"roles\":[3]}", "application/json", 400)]
    [InlineData("PUT", "/analysts/owner/roles", "{\"roles\":null}", "application/json", 400)]
    [InlineData("POST", "/questions/any/resolution/annul", "{\"reason\":\"Because.\",\"evidence\":[null]}", "application/json", 400)]
    [InlineData("GET", "/questions?q=%00", null, null, 400)]
    [InlineData("GET", "/questions?limit=1&limit=2", null, null, 400)]
    [InlineData("GET", "/questions?limit=501", null, null, 400)]
    [InlineData("GET", "/questions?colour=red", null, null, 400)]
    [InlineData("GET", "/me?colour=red", null, null, 400)]
    public async Task Every_error_is_a_problem_document(string method, string url, string? body, string? type, int expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url)
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, type!),
        };
        using var response = await api.Owner.SendAsync(request);
        var problem = await Json(response, (HttpStatusCode)expected);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(expected, problem.GetProperty("status").GetInt32());
        foreach (var member in new[] { "type", "title", "detail" })
            Assert.NotEqual("", problem.GetProperty(member).GetString());
        if (expected == 400)
            Assert.NotEmpty(problem.GetProperty("errors").EnumerateObject());
        if (expected == 405)
            Assert.NotEmpty(response.Content.Headers.Allow);
    }

    [Fact]
    public async Task Every_thing_that_can_be_read_has_a_tag_and_is_not_sent_twice()
    {
        var ana = await api.AsAsync("tagged", "analyst", "resolver");
        await api.OpenQuestionAsync("tags");
        using var stated = await ana.PutAsJsonAsync("/questions/tags/forecast", new { probability = 0.5 });
        await Json(stated, HttpStatusCode.Created);
        // The catalogue is scored once; until then, what is computed from its scores is another thing each time.
        await api.SettledAsync();
        var names = new Dictionary<string, string>
        {
            ["analyst"] = "tagged",
            ["a"] = "tagged",
            ["b"] = "owner",
        };
        var untagged = new List<string>();
        var things = 0;
        foreach (var endpoint in api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var answers = endpoint
                .Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>()
                .FirstOrDefault(p => p.StatusCode == 200 && p.Type is not null && p.ContentTypes.Contains("application/json"))
                ?.Type;
            if (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") != true || !endpoint.NamesPolicy())
                continue;
            if (answers is null || (answers.IsGenericType && answers.GetGenericTypeDefinition() == typeof(Page<>)))
                continue;
            var pattern = endpoint.RoutePattern.RawText!;
            var slug = pattern.Contains("scores", StringComparison.Ordinal) ? "nato-enlargement-stands-2021" : "tags";
            var url = System.Text.RegularExpressions.Regex.Replace(
                pattern,
                @"\{([^}:*]+)[^}]*\}",
                m => m.Groups[1].Value == "slug" ? slug : names.GetValueOrDefault(m.Groups[1].Value, "none")
            );
            using var first = await api.Owner.GetAsync(new Uri(url, UriKind.Relative));
            if (first.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
                continue;
            things++;
            if (first.Headers.ETag is not { } tag)
            {
                untagged.Add($"{url} answers {(int)first.StatusCode} without an ETag");
                continue;
            }

            // A consensus says as of when it holds, which is another instant each time.
            if (pattern.EndsWith("/consensus", StringComparison.Ordinal))
                continue;
            using var again = new HttpRequestMessage(HttpMethod.Get, url);
            again.Headers.TryAddWithoutValidation("If-None-Match", $"\"another\", W/{tag}");
            using var second = await api.Owner.SendAsync(again);
            if (second.StatusCode != HttpStatusCode.NotModified)
                untagged.Add($"{url} is sent again to who has it");
        }

        Assert.True(untagged.Count == 0, string.Join("\n", untagged));
        Assert.True(things >= 6, $"Only {things} things were read.");
    }

    [Fact]
    public async Task Pages_neither_repeat_nor_miss_what_stays_while_other_things_come()
    {
        foreach (var i in Enumerable.Range(0, 12))
            await api.AsAsync($"page-{i:00}", "analyst");
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await api.GetAsync($"/analysts?limit=3{(cursor is null ? "" : "&cursor=" + cursor)}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(a => a.GetProperty("analyst").GetString()!));
            cursor = page.GetProperty("next").GetString();
            // They come before, between and after what was read.
            await api.AsAsync($"{(char)('a' + (seen.Count % 26))}-{seen.Count}", "analyst");
        } while (cursor is not null);

        Assert.Equal(seen.Distinct(), seen);
        Assert.Equal(12, seen.Count(a => a.StartsWith("page-", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("!!!")]
    [InlineData("AAAAAAAAAAAAAAAA")]
    [InlineData("")]
    public async Task A_broken_cursor_is_refused(string cursor)
    {
        foreach (var list in new[] { "/analysts", "/questions", "/audit/events" })
        {
            using var response = await api.Owner.GetAsync(new Uri($"{list}?cursor={cursor}", UriKind.Relative));
            var problem = await Json(response, HttpStatusCode.BadRequest);
            Assert.True(problem.GetProperty("errors").TryGetProperty("cursor", out _));
        }
    }

    [Fact]
    public async Task A_cursor_of_which_one_character_was_changed_is_refused()
    {
        await api.AsAsync("cursor-a", "analyst");
        var cursor = (await api.GetAsync("/analysts?limit=1")).GetProperty("next").GetString()!;
        for (var i = 0; i < cursor.Length - 1; i++)
        {
            var broken = cursor[..i] + (cursor[i] == 'A' ? 'B' : 'A') + cursor[(i + 1)..];
            using var response = await api.Owner.GetAsync(new Uri($"/analysts?cursor={broken}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }
    }

    [Fact]
    public async Task Answers_are_compressed_unless_they_show_a_secret()
    {
        using var handler = new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None };
        using var client = new HttpClient(handler) { BaseAddress = api.Owner.BaseAddress };
        client.DefaultRequestHeaders.Authorization = api.Owner.DefaultRequestHeaders.Authorization;
        client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("br, gzip");
        using var list = await client.GetAsync(new Uri("/questions?limit=50", UriKind.Relative));
        Assert.Equal(["br"], list.Content.Headers.ContentEncoding);
        await using var decoded = new BrotliStream(await list.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        Assert.Equal(JsonValueKind.Array, (await JsonDocument.ParseAsync(decoded)).RootElement.GetProperty("items").ValueKind);

        using var secret = await client.PostAsync(new Uri("/analysts/owner/tokens", UriKind.Relative), Body("{}"));
        Assert.Empty(secret.Content.Headers.ContentEncoding);
        Assert.True(secret.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task Answers_tell_browsers_to_make_no_more_of_them_and_are_closed_to_other_origins()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/me");
        request.Headers.Add("Origin", "https://elsewhere.example");
        using var response = await api.Owner.SendAsync(request);
        Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Headers_beyond_all_bounds_end_the_connection_and_not_the_service()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(api.Owner.BaseAddress!.Host, api.Owner.BaseAddress.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /me HTTP/1.1\r\nHost: x\r\nX-Long: {new string('x', 100_000)}\r\n\r\n"));
        var buffer = new byte[64];
        var read = await stream.ReadAsync(buffer);
        Assert.StartsWith("HTTP/1.1 431", Encoding.ASCII.GetString(buffer, 0, read), StringComparison.Ordinal);
        using var response = await api.Owner.GetAsync(new Uri("/me", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
