using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Api.Limits;
using Api.Live;
using Api.Tests.FollowingLive;
using Api.Tests.Importing;
using Api.Tests.SlowClients;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Samples;
using Store.GroupCommit;
using Store.Importing;
using Worker.DeliveringWebhooks;
using static Api.Tests.RunningApi;

namespace Api.Tests.Bounds;

/// <summary>Every bound that docs/limits.md lists, tried.</summary>
public sealed partial class BoundsTests(BoundsTests.Narrow narrow, BoundsTests.Hasty hasty)
    : IClassFixture<BoundsTests.Narrow>,
        IClassFixture<BoundsTests.Hasty>
{
    private const string Header = "question,forecaster,made_at,probability\n";

    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    // A row whose bound another class tries names that test.
    private static readonly Dictionary<string, Func<BoundsTests, Task>> Tries = new(StringComparer.Ordinal)
    {
        ["the line of a request"] = t => t.NarrowRefusesAsync($"GET /{new string('x', 9_000)} HTTP/1.1\r\nHost: here\r\n\r\n", 414),
        ["the head of a request"] = t => t.NarrowRefusesAsync($"GET /me HTTP/1.1\r\nHost: here\r\nX: {new string('x', 33_000)}\r\n\r\n", 431),
        ["a body"] = t => t.BodyAsync("/questions", "application/json"),
        ["a body of `/mcp`"] = t => t.BodyAsync("/mcp", "application/json"),
        ["a line of `POST /forecasts`"] = t => t.LineAsync($"{new string(' ', (1 << 20) + 1)}{{}}\n", 1),
        ["the lines of `POST /forecasts`"] = t => t.LineAsync(new string('\n', 100_000) + "{}\n", 100_001),
        ["a body of `POST /forecasts` with an `Idempotency-Key`"] = t => t.KeyedStreamAsync(),
        ["an `Idempotency-Key`"] = t => t.KeyAsync(),
        ["an imported file, unpacked"] = t => t.FileAsync(),
        ["what a gzipped file unpacks to"] = t => t.UnpackedAsync(),
        ["all imported files that are not read yet, compressed"] = t => t.SpoolAsync(),
        ["a row of an imported file"] = t => t.RowAsync(),
        ["the values of a row of an imported file"] = t => t.ValuesAsync(),
        ["an upload that was cut off"] = t => t.CutOffAsync(),
        ["connections of a process"] = t => t.ConnectionsAsync(),
        ["uploads of a caller: files, and streams of forecasts"] = t => t.TransfersAsync(UploadAsync, (HttpStatusCode)429, otherCaller: false),
        ["uploads of a process"] = t => t.TransfersAsync(UploadAsync, (HttpStatusCode)503, otherCaller: true),
        ["downloads of a caller: exports, refused rows, imports that are followed"] = t =>
            t.TransfersAsync(t.DownloadAsync, (HttpStatusCode)429, otherCaller: false),
        ["downloads of a process"] = t => t.TransfersAsync(t.DownloadAsync, (HttpStatusCode)503, otherCaller: true),
        ["readers of `/live`"] = t => t.ReadersAsync(),
        ["short reads that wait for their turn"] = t => t.ReadsAsync(),
        ["forecasts that wait for their commit"] = t => t.ForecastsAsync(),
        ["requests of a person's token"] = t => t.RequestsAsync("person"),
        ["requests of a bot's token"] = t => t.RequestsAsync("bot"),
        ["requests of an address without a token"] = t => t.AnonymousAsync(),
        ["webhooks of an analyst"] = t => t.WebhooksAsync(),
        ["the head of a request that comes in"] = t => t.HastyRefusesAsync("GET /me HTTP/1.1\r\nHost: here\r\nX-Slow: ", 408),
        ["a body that comes in"] = t => t.SlowBodyAsync(),
        ["an answer that is read"] = t => t.AnswerAsync(),
        ["a request that does not stream"] = _ => TriedBy(typeof(LimitsHold), nameof(LimitsHold.A_request_that_takes_too_long_is_told_so)),
        ["a reader of `/live` that takes nothing"] = t => t.TakesNothingAsync(),
        ["a reader of `/live` that falls behind"] = _ =>
            TriedBy(typeof(ManyReadersTests), nameof(ManyReadersTests.A_reader_that_does_not_keep_up_is_dropped_with_a_reason_and_the_others_go_on)),
    };

    private static readonly Dictionary<string, object> Sections = new(StringComparer.Ordinal)
    {
        ["Limits"] = new ServiceLimits(),
        ["Live"] = new LiveOptions(),
        ["Submissions"] = new GroupCommitLimits(),
        ["Webhooks"] = new WebhookOptions(),
    };

    public static TheoryData<string> Names => [.. Tries.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_bound_holds(string what) => Tries[what](this);

    [Fact]
    public void Every_row_of_the_page_is_tried_and_every_bound_is_on_the_page() =>
        Assert.Equal(Tries.Keys.Order(StringComparer.Ordinal), Rows().Select(r => r.What).Order(StringComparer.Ordinal));

    [Fact]
    public void The_page_says_the_defaults_of_the_settings()
    {
        foreach (var (what, bound, setting) in Rows().Where(r => r.Setting.Length > 0))
        {
            var (section, name) = (setting.Split(':')[0], setting.Split(':')[1]);
            var value = Sections[section].GetType().GetProperty(name)!.GetValue(Sections[section]);
            var said = Number().Matches(bound).Select(n => n.Value.Replace(",", "", StringComparison.Ordinal)).ToList();
            var expected = value is Rate rate ? [$"{rate.PerSecond}", $"{rate.Burst}"] : new List<string> { $"{value}" };
            Assert.True(expected.SequenceEqual(said.Take(expected.Count)), $"{what}: the page says {bound}, and {setting} is {value}.");
        }
    }

    private async Task BodyAsync(string url, string type)
    {
        var large = $"{{\"background\":\"{new string('x', 1 << 20)}\"}}";
        foreach (var chunked in (bool[])[false, true])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(large, Encoding.UTF8, type) };
            request.Headers.TransferEncodingChunked = chunked;
            request.Headers.Accept.ParseAdd("application/json, text/event-stream");
            using var response = await narrow.Owner.SendAsync(request, Token);
            await ProblemAsync(response, HttpStatusCode.RequestEntityTooLarge);
        }
    }

    private async Task LineAsync(string lines, int number)
    {
        using var response = await narrow.Owner.PostAsync("/forecasts", Text(lines, "application/x-ndjson"), Token);
        var last = (await response.Content.ReadAsStringAsync(Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.Contains($"\"line\":{number}", last, StringComparison.Ordinal);
        Assert.Contains("\"status\":413", last, StringComparison.Ordinal);
    }

    private async Task KeyedStreamAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/forecasts") { Content = Text(new string('\n', (1 << 20) + 1), "application/x-ndjson") };
        request.Headers.Add("Idempotency-Key", "long-stream");
        using var response = await narrow.Owner.SendAsync(request, Token);
        await ProblemAsync(response, HttpStatusCode.RequestEntityTooLarge);
    }

    private async Task KeyAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/questions/any/forecast") { Content = Body("{}") };
        request.Headers.Add("Idempotency-Key", new string('k', 201));
        using var response = await narrow.Owner.SendAsync(request, Token);
        await ProblemAsync(response, HttpStatusCode.BadRequest);
    }

    private async Task FileAsync()
    {
        var file = new StringBuilder(Header);
        while (file.Length <= 20 << 20)
            file.Append("nowhere,Ana,2020-01-02T00:00:00Z,0.25\n");
        await RefusedFileAsync(Text(file.ToString(), "text/csv"), chunked: true);
        // Announced, it is refused before any of it has come.
        var announced = $"POST /imports/forecasts HTTP/1.1\r\n{Head(narrow.Owner)}Content-Type: text/csv\r\nContent-Length: {file.Length}\r\n\r\n";
        await RefusedAsync(narrow, announced, 413);
    }

    private async Task UnpackedAsync()
    {
        // Less, unpacked, than a file may have.
        var packed = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Header), Token);
            await gzip.WriteAsync(new byte[17 << 20], Token);
        }

        var content = new ByteArrayContent(packed.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv"), ContentEncoding = { "gzip" } } };
        await RefusedFileAsync(content, chunked: false);
    }

    private async Task SpoolAsync()
    {
        var noise = Header + Convert.ToBase64String(RandomNumberGenerator.GetBytes(6 << 20));
        Assert.NotNull((await RefusedFileAsync(Text(noise, "text/csv"), chunked: true)).RetryAfter);
    }

    private async Task<HttpResponseHeaders> RefusedFileAsync(HttpContent file, bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/imports/forecasts") { Content = file };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await narrow.Owner.SendAsync(request, Token);
        await ProblemAsync(response, HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal(0, await narrow.ScalarAsync<long>("select count(*) from forecasts.imports where status = 'receiving'"));
        Assert.Equal(0, await narrow.ScalarAsync<long>("select count(*) from forecasts.import_chunks where octet_length(bytes) > 500000"));
        return response.Headers;
    }

    private async Task RowAsync()
    {
        foreach (
            var (file, type) in new[]
            {
                (Header + string.Concat(Enumerable.Repeat("a,", 700_000)), "text/csv"),
                ($"{{\"question\":\"{new string('x', 1_100_000)}\"}}", "application/x-ndjson"),
            }
        )
        {
            var import = await hasty.ImportAsync("forecasts", file, type);
            Assert.Equal("failed", import.GetProperty("status").GetString());
            Assert.Contains("longer than 1,048,576 characters", import.GetProperty("failure").GetString(), StringComparison.Ordinal);
        }
    }

    private async Task ValuesAsync()
    {
        var import = await hasty.ImportAsync("forecasts", Header + "nowhere,Ana,2020-01-02T00:00:00Z,0.25,one more\n");
        Assert.Equal(1, import.GetProperty("refused").GetInt32());
        Assert.Contains("5 values", Assert.Single(import.Errors()).Reason, StringComparison.Ordinal);
    }

    private async Task CutOffAsync()
    {
        await using var database = NpgsqlDataSource.Create(narrow.ConnectionString);
        var imports = new ImportLog(database);
        var (limits, now) = (new SpoolLimits(1 << 20, 1 << 30), DateTimeOffset.UtcNow);
        var ids = new List<string>();
        foreach (
            var age in (TimeSpan[])[ImportQueue.SilentUntilForgotten + TimeSpan.FromMinutes(1), ImportQueue.SilentUntilForgotten - TimeSpan.FromMinutes(1)]
        )
        {
            using var file = new MemoryStream(Encoding.UTF8.GetBytes(Header));
            ids.Add(await imports.ReceiveAsync(ImportKind.Forecasts, ImportFormat.Csv, file, "owner", null, limits, new At(now - age), Token));
        }

        await using var queue = await ImportQueue.TryTakeAsync(database, Token);
        Assert.Equal(1, await queue!.ForgetCutOffAsync(now, Token));
        Assert.Equal(
            ids[1],
            await narrow.ScalarAsync<string>($"select string_agg(import_id, ' ') from forecasts.import_chunks where import_id in ('{ids[0]}', '{ids[1]}')")
        );
        await imports.ForgetAsync(ids[1]);
    }

    private async Task ConnectionsAsync()
    {
        var open = new List<SlowClient>();
        try
        {
            for (var i = 0; i < Narrow.Connections + 1; i++)
                open.Add(await SlowClient.ConnectAsync(narrow.Owner.BaseAddress!, "GET /health/live HTTP/1.1\r\n"));
            await Patience.UntilAsync(() => open.Exists(c => !c.IsUnanswered && !c.HasMoreToRead), token: Token);
        }
        finally
        {
            open.ForEach(c => c.Dispose());
        }

        await Patience.UntilAsync(async () =>
        {
            try
            {
                return (await narrow.Owner.GetAsync("/health/live", Token)).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    /// <summary>Begins transfers that do not end until one more is refused: a caller has two, the process three.</summary>
    private async Task TransfersAsync(Func<HttpClient, Task<SlowClient>> begin, HttpStatusCode refusal, bool otherCaller)
    {
        var limits = narrow.Services.GetRequiredService<TransferLimits>();
        int Underway() => limits.Underway(Transfer.Upload) + limits.Underway(Transfer.Download);
        var others = new[] { await narrow.AsAsync(Slug(), "importer", "analyst"), await narrow.AsAsync(Slug(), "importer", "analyst") };
        var callers = otherCaller ? new[] { narrow.Owner, narrow.Owner, others[0] } : [narrow.Owner, narrow.Owner];
        await Patience.UntilAsync(() => Underway() == 0, token: Token);
        var open = new List<SlowClient>();
        try
        {
            foreach (var caller in callers)
                open.Add(await begin(caller));
            await Patience.UntilAsync(() => Underway() == callers.Length, token: Token);
            using var more = await begin(otherCaller ? others[1] : narrow.Owner);
            Assert.Equal(refusal, await more.ReadStatusAsync(Token));
        }
        finally
        {
            open.ForEach(c => c.Dispose());
        }

        await Patience.UntilAsync(() => Underway() == 0, token: Token);
    }

    private static Task<SlowClient> UploadAsync(HttpClient caller) =>
        SlowClient.ConnectAsync(
            caller.BaseAddress!,
            $"POST /imports/forecasts HTTP/1.1\r\n{Head(caller)}Content-Type: text/csv\r\nContent-Length: 200000\r\n\r\n{Header}"
        );

    private async Task<SlowClient> DownloadAsync(HttpClient caller)
    {
        // Nobody runs it here, so that whoever follows it waits.
        using var begun = await narrow.SendAsync("forecasts", Encoding.UTF8.GetBytes(Header), "text/csv", gzip: false);
        await Json(begun, HttpStatusCode.Accepted);
        return await SlowClient.ConnectAsync(caller.BaseAddress!, $"GET {begun.Headers.Location} HTTP/1.1\r\n{Head(caller)}Accept: text/event-stream\r\n\r\n");
    }

    private async Task ReadersAsync()
    {
        using var first = await narrow.Owner.GetAsync("/live", HttpCompletionOption.ResponseHeadersRead, Token);
        using var second = await narrow.Owner.GetAsync("/live", HttpCompletionOption.ResponseHeadersRead, Token);
        using var third = await narrow.Owner.GetAsync("/live", HttpCompletionOption.ResponseHeadersRead, Token);
        await ProblemAsync(third, HttpStatusCode.ServiceUnavailable);
    }

    private async Task ReadsAsync()
    {
        await narrow.OpenQuestionAsync("many-reads");
        await OneIsRefusedAsync(() => narrow.Owner.GetAsync("/questions/many-reads/forecasts", Token));
    }

    private async Task ForecastsAsync()
    {
        await narrow.OpenQuestionAsync("many-forecasts");
        await OneIsRefusedAsync(() => narrow.Owner.PutAsJsonAsync("/questions/many-forecasts/forecast", new { probability = 0.5 }, Token));
    }

    /// <summary>Asks again and again while the database is held up, until one is refused; the others are answered when it goes on.</summary>
    private async Task OneIsRefusedAsync(Func<Task<HttpResponseMessage>> ask)
    {
        var asked = new List<Task<HttpResponseMessage>>();
        await using (await narrow.HoldAsync("lock table forecasts.mt_events in access exclusive mode"))
        {
            for (var i = 0; i < 12; i++)
                asked.Add(ask());
            using var refused = await await Task.WhenAny(asked);
            await ProblemAsync(refused, HttpStatusCode.ServiceUnavailable);
        }

        Assert.Contains(await Task.WhenAll(asked), a => a.IsSuccessStatusCode);
    }

    private async Task RequestsAsync(string kind)
    {
        using var registered = await narrow.Owner.PostAsJsonAsync(
            "/analysts",
            new
            {
                analyst = Slug(),
                name = "Many",
                roles = new[] { "analyst" },
                kind,
            },
            Token
        );
        using var client = narrow.Client((await Json(registered, HttpStatusCode.Created)).GetProperty("token").GetString()!);
        await TooManyAsync(client);
    }

    private static async Task TooManyAsync(HttpClient client)
    {
        while (true)
        {
            using var response = await client.GetAsync("/me", Token);
            if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized)
                continue;
            await ProblemAsync(response, HttpStatusCode.TooManyRequests);
            return;
        }
    }

    private async Task WebhooksAsync()
    {
        for (var i = 0; ; i++)
        {
            using var response = await narrow.Owner.PostAsJsonAsync("/webhooks", new { url = $"http://127.0.0.1:9/{i}" }, Token);
            if (i < 2)
            {
                Assert.Equal(HttpStatusCode.Created, response.StatusCode);
                continue;
            }

            await ProblemAsync(response, HttpStatusCode.Conflict);
            return;
        }
    }

    private async Task AnswerAsync()
    {
        // More answers than sockets and buffers hold, and none of them read.
        var asked = string.Concat(Enumerable.Repeat($"GET /openapi/v1.json HTTP/1.1\r\n{Head(hasty.Owner)}\r\n", 60));
        using var client = await SlowClient.ConnectAsync(hasty.Owner.BaseAddress!, asked);
        await Patience.UntilAsync(() => client.IsReset(), token: Token);
    }

    private async Task TakesNothingAsync()
    {
        await hasty.OpenQuestionAsync("unread");
        var lines = new StringBuilder();
        for (var i = 0; i < 400; i++)
            lines.Append($"{{\"question\":\"unread\",\"probability\":0.{10 + (i % 80)},\"rationale\":\"{new string('x', 19_000)}\"}}\n");
        using var recorded = await hasty.Owner.PostAsync("/forecasts", Text(lines.ToString(), "application/x-ndjson"), Token);
        Assert.Equal(HttpStatusCode.OK, recorded.StatusCode);
        await recorded.Content.ReadAsStringAsync(Token);
        using var client = await SlowClient.ConnectAsync(hasty.Owner.BaseAddress!, $"GET /live?lastEventId=0 HTTP/1.1\r\n{Head(hasty.Owner)}\r\n");
        await Patience.UntilAsync(() => client.IsReset(), token: Token);
    }

    private Task AnonymousAsync() => TooManyAsync(narrow.Nobody);

    private Task SlowBodyAsync() =>
        HastyRefusesAsync($"POST /imports/forecasts HTTP/1.1\r\n{Head(hasty.Owner)}Content-Type: text/csv\r\nContent-Length: 200000\r\n\r\n{Header}", 408);

    private Task NarrowRefusesAsync(string request, int status) => RefusedAsync(narrow, request, status);

    private Task HastyRefusesAsync(string request, int status) => RefusedAsync(hasty, request, status);

    private static async Task RefusedAsync(RunningApi api, string request, int status)
    {
        using var client = await SlowClient.ConnectAsync(api.Owner.BaseAddress!, request);
        Assert.Equal(status, (int)await client.ReadStatusAsync(Token));
    }

    private static async Task ProblemAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        await Json(response, status);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        if (status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
            Assert.NotNull(response.Headers.RetryAfter);
    }

    private static Task TriedBy(Type tests, string name)
    {
        Assert.Contains(tests.GetMethod(name)!.GetCustomAttributes(inherit: false), a => a is FactAttribute);
        return Task.CompletedTask;
    }

    private static string Head(HttpClient caller) => $"Host: here\r\nAuthorization: {caller.DefaultRequestHeaders.Authorization}\r\n";

    private static string Slug() => $"c{Guid.NewGuid():N}"[..12];

    private static StringContent Text(string text, string type) => new(text, Encoding.UTF8, type);

    private static IEnumerable<(string What, string Bound, string Setting)> Rows()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "Forecasts.sln")))
            root = root.Parent;
        return File.ReadLines(Path.Combine(root.FullName, "docs", "limits.md"))
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal) && !l.StartsWith("| what |", StringComparison.Ordinal))
            .Select(l => l.Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => (cells[1], cells[2], cells[3].Trim('`')));
    }

    [GeneratedRegex(@"\d[\d,]*")]
    private static partial Regex Number();

    private sealed class At(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    /// <summary>A service whose bounds a test can reach, and that lets its clients take any time. Nobody runs its imports.</summary>
    public sealed class Narrow : ServedApi
    {
        internal const int Connections = 60;

        protected override IReadOnlyList<string> Settings =>
            [
                "--Worker:InProcess",
                "false",
                "--Catalogue:Load",
                "false",
                "--Limits:LeastBytesPerSecond",
                "0",
                "--Limits:HeaderSeconds",
                "3600",
                "--Limits:Connections",
                $"{Connections}",
                "--Limits:KeyedBodyMebibytes",
                "1",
                "--Limits:ImportMebibytes",
                "18",
                "--Limits:ImportRatio",
                "20",
                "--Limits:SpoolMebibytes",
                "4",
                "--Limits:UploadsPerCaller",
                "2",
                "--Limits:Uploads",
                "3",
                "--Limits:DownloadsPerCaller",
                "2",
                "--Limits:Downloads",
                "3",
                "--Limits:ReadsAtOnce",
                "1",
                "--Limits:ReadsInLine",
                "2",
                "--Limits:Persons:PerSecond",
                "1",
                "--Limits:Persons:Burst",
                "300",
                "--Limits:Bots:PerSecond",
                "1",
                "--Limits:Bots:Burst",
                "5",
                "--Limits:Anonymous:PerSecond",
                "1",
                "--Limits:Anonymous:Burst",
                "20",
                "--Submissions:MostWaiting",
                "2",
                "--Live:Readers",
                "2",
                "--Webhooks:PerOwner",
                "2",
                "--Webhooks:AllowPrivateAddresses",
                "true",
                "--Webhooks:SecretKey",
                "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            ];
    }

    /// <summary>A service that does not wait for long.</summary>
    public sealed class Hasty : ServedApi
    {
        protected override IReadOnlyList<string> Settings =>
            [
                "--Catalogue:Load",
                "false",
                "--Limits:HeaderSeconds",
                "1",
                "--Limits:LeastBytesPerSecond",
                "100000",
                "--Limits:GraceSeconds",
                "2",
                "--Live:WriteSeconds",
                "1",
            ];
    }
}
