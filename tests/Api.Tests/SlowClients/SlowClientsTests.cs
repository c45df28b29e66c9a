using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Api.Limits;
using Api.Tests.Importing;
using Microsoft.Extensions.DependencyInjection;
using Samples;
using static Api.Tests.RunningApi;

namespace Api.Tests.SlowClients;

/// <summary>Two hundred clients that hardly move hold nothing that another needs: neither a connection to the database, nor a lock, nor a slot.</summary>
public sealed class SlowClientsTests(SlowClientsTests.Patient api) : IClassFixture<SlowClientsTests.Patient>
{
    private const int Clients = 200;
    private const int Rounds = 10;
    private const int AtOnce = 8;

    // Finished in the end; to finish all would record much that nobody looks at.
    private const int Finished = 5;

    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_that_come_in_slowly_hold_nothing()
    {
        // Beyond what is looked at before anything is kept, so that each is being taken into the database.
        var rows = new StringBuilder("question,forecaster,made_at,probability\n");
        while (rows.Length < 80_000)
            rows.Append("nowhere,Ana,2020-01-02T00:00:00Z,0.25\n");
        await HoldNothingAsync(
            "uploads",
            _ => ("POST /imports/forecasts", $"Content-Type: text/csv\r\nContent-Length: {rows.Length + Rounds + 1}\r\n", rows.ToString(), Spaces(Rounds + 1)),
            HttpStatusCode.Accepted,
            () => Transfers(Transfer.Upload) == Clients,
            client => client.IsUnanswered
        );
        await Patience.UntilAsync(async () => await api.ScalarAsync<long>("select count(*) from forecasts.imports where status = 'receiving'") == 0);
        Assert.Equal(0, await api.ScalarAsync<long>("select count(*) from forecasts.import_chunks where import_id not in (select id from forecasts.imports)"));
    }

    [Fact]
    public Task Files_under_a_key_that_come_in_slowly_hold_nothing() =>
        HoldNothingAsync(
            "keyed uploads",
            i =>
                (
                    "POST /imports/forecasts",
                    $"Content-Type: text/csv\r\nContent-Length: {"question,forecaster,made_at,probability\n".Length + Rounds + 1}\r\nIdempotency-Key: "
                        + $"file-{i}\r\n",
                    "question,forecaster,made_at,probability\n",
                    Spaces(Rounds + 1)
                ),
            HttpStatusCode.Accepted,
            () => Transfers(Transfer.Upload) == Clients,
            client => client.IsUnanswered
        );

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lines_of_forecasts_that_come_in_slowly_hold_nothing(bool keyed)
    {
        await EnsureAsync("slow");
        await HoldNothingAsync(
            keyed ? "keyed streams" : "streams",
            i =>
                (
                    "POST /forecasts",
                    $"Content-Type: application/x-ndjson\r\nContent-Length: {Line.Length + Rounds + 1}\r\n{(keyed ? $"Idempotency-Key: stream-{i}\r\n" : "")}",
                    Line,
                    Spaces(Rounds + 1).Select(_ => "\n")
                ),
            HttpStatusCode.OK,
            () => Transfers(Transfer.Upload) == Clients,
            // Without a key each line is answered as it comes.
            client => keyed ? client.IsUnanswered : client.IsUnanswered || client.HasMoreToRead
        );
    }

    [Fact]
    public async Task Writes_under_a_key_that_come_in_slowly_hold_nothing()
    {
        await EnsureAsync("slow");
        await HoldNothingAsync(
            "keyed writes",
            i =>
                (
                    "PUT /questions/slow/forecast",
                    $"Content-Type: application/json\r\nContent-Length: {19 + Rounds}\r\nIdempotency-Key: write-{i}\r\n",
                    """{"probability":0.5""",
                    Spaces(Rounds).Append("}")
                ),
            HttpStatusCode.OK,
            () => true,
            client => client.IsUnanswered
        );
    }

    [Fact]
    public Task Requests_whose_heads_come_in_slowly_hold_nothing() =>
        HoldNothingAsync(
            "heads",
            _ => ("GET /health/ready", "X-Slow: ", "", Enumerable.Repeat("x", Rounds).Append("x\r\n\r\n")),
            HttpStatusCode.OK,
            () => true,
            client => client.IsUnanswered,
            bareHead: true
        );

    [Theory]
    [InlineData("/exports/forecasts")]
    [InlineData("/exports/forecasts?format=csv")]
    [InlineData("/imports/{refused}/errors?format=csv")]
    [InlineData("/imports/{refused}/errors?format=ndjson")]
    public async Task Rows_that_are_read_slowly_hold_nothing(string url)
    {
        var address = url.Replace("{refused}", await api.MuchAsync(), StringComparison.Ordinal);
        using var quick = await api.Owner.GetAsync(new Uri(address, UriKind.Relative), Token);
        var whole = (await quick.Content.ReadAsByteArrayAsync(Token)).Length;
        await HoldNothingAsync(
            url,
            _ => ($"GET {address}", "Connection: close\r\n", "", []),
            HttpStatusCode.OK,
            () => Transfers(Transfer.Download) == Clients,
            client => client.HasMoreToRead && Transfers(Transfer.Download) == Clients,
            async client => Assert.InRange((await client.DrainAsync(Token)).Bytes, whole, long.MaxValue),
            reads: true
        );
    }

    [Fact]
    public async Task Events_that_are_read_slowly_hold_nothing()
    {
        await api.MuchAsync();
        await HoldNothingAsync("live", _ => ("GET /live?lastEventId=0", "", "", []), HttpStatusCode.OK, () => true, client => client.HasMoreToRead);
    }

    private const string Line = """{"question":"slow","probability":0.5}""" + "\n";

    /// <summary>Has a normal client work beside two hundred slow ones, which are still at it when it has done all that it does alone.</summary>
    private async Task HoldNothingAsync(
        string kind,
        Func<int, (string Line, string Headers, string Beginning, IEnumerable<string> Left)> request,
        HttpStatusCode answered,
        Func<bool> allUnderway,
        Func<SlowClient, bool> isAtIt,
        Func<SlowClient, Task>? finish = null,
        bool bareHead = false,
        bool reads = false
    )
    {
        await EnsureAsync("normal");
        using var normal = new NormalClient(api);
        await normal.RoundAsync(-1);
        var alone = new List<double>();
        for (var i = 0; i < Rounds; i++)
            alone.AddRange(await normal.RoundAsync(i));

        var slow = new List<SlowClient>();
        try
        {
            var authorization = $"Host: here\r\nAuthorization: {api.Owner.DefaultRequestHeaders.Authorization}\r\n";
            for (var i = 0; i < Clients; i++)
            {
                var (line, headers, beginning, left) = request(i);
                var client = await SlowClient.ConnectAsync(
                    api.Owner.BaseAddress!,
                    $"{line} HTTP/1.1\r\n{authorization}{headers}{(bareHead ? "" : "\r\n")}{beginning}",
                    left
                );
                slow.Add(client);
                // A few at a time: that many queries begin with an answer, and how long those take is not what is asked here.
                if (reads && i % AtOnce == AtOnce - 1)
                    await Patience.UntilAsync(() => slow.TrueForAll(c => c.HasMoreToRead), token: Token);
            }

            await Patience.UntilAsync(() => allUnderway(), token: Token);
            var beside = new List<double>();
            for (var i = 0; i < Rounds; i++)
            {
                beside.AddRange(await normal.RoundAsync(Rounds + i));
                foreach (var client in slow)
                    await client.TrickleAsync();
            }

            Assert.All(slow, client => Assert.True(isAtIt(client), $"One of the {kind} was answered, or cut off, before it came to its end."));
            TestContext.Current.TestOutputHelper?.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{kind}: p99 alone {P99(alone):0} ms, beside {Clients} slow ones {P99(beside):0} ms")
            );
            foreach (var client in slow.Take(Finished))
            {
                Assert.Equal(answered, await client.FinishAsync(Token));
                if (finish is not null)
                    await finish(client);
            }
        }
        finally
        {
            slow.ForEach(client => client.Dispose());
        }

        await Patience.UntilAsync(() => Transfers(Transfer.Upload) + Transfers(Transfer.Download) == 0, token: Token);
    }

    private static IEnumerable<string> Spaces(int count) => Enumerable.Repeat("\n", count);

    private static double P99(List<double> taken) => taken.Order().ElementAt((int)(0.99 * taken.Count));

    private int Transfers(Transfer transfer) => api.Services.GetRequiredService<TransferLimits>().Underway(transfer);

    private async Task EnsureAsync(string slug)
    {
        using var there = await api.Owner.GetAsync(new Uri($"/questions/{slug}", UriKind.Relative), Token);
        if (there.StatusCode == HttpStatusCode.NotFound)
            await api.OpenQuestionAsync(slug);
        using var stated = await api.Owner.PutAsJsonAsync($"/questions/{slug}/forecast", new { probability = 0.5 }, Token);
        Assert.True(stated.IsSuccessStatusCode);
    }

    /// <summary>A client that does one of each thing after the other, and expects each to be done.</summary>
    private sealed class NormalClient(RunningApi api) : IDisposable
    {
        private readonly string _name = Guid.NewGuid().ToString("N")[..8];

        private readonly HttpClient _client = new()
        {
            BaseAddress = api.Owner.BaseAddress,
            DefaultRequestHeaders = { Authorization = api.Owner.DefaultRequestHeaders.Authorization },
            Timeout = TimeSpan.FromMinutes(1),
        };

        /// <summary>Does one of each, and answers how many milliseconds each took.</summary>
        public async Task<IReadOnlyList<double>> RoundAsync(int round)
        {
            var taken = new List<double>();
            var forecast = new { probability = ((round + 1) % 98 + 1) / 100.0 };
            await TakeAsync(HttpMethod.Get, "/health/live");
            await TakeAsync(HttpMethod.Get, "/health/ready");
            await TakeAsync(HttpMethod.Get, "/questions/normal");
            await TakeAsync(HttpMethod.Get, "/questions/normal/forecasts");
            await TakeAsync(HttpMethod.Get, "/exports/questions?question=normal");
            await TakeAsync(HttpMethod.Get, "/audit/events?question=normal&limit=10");
            await TakeAsync(HttpMethod.Put, "/questions/normal/forecast", JsonContent.Create(forecast));
            await TakeAsync(HttpMethod.Put, "/questions/normal/forecast", JsonContent.Create(forecast), $"{_name}-put-{round}");
            await TakeAsync(HttpMethod.Post, "/forecasts", Text("""{"question":"normal","probability":0.5}""", "application/x-ndjson"), $"{_name}-{round}");
            await TakeAsync(HttpMethod.Post, "/imports/forecasts", Text("question,forecaster,made_at,probability\n", "text/csv"));
            return taken;

            async Task TakeAsync(HttpMethod method, string url, HttpContent? content = null, string? key = null)
            {
                var begun = Stopwatch.GetTimestamp();
                using var request = new HttpRequestMessage(method, url) { Content = content };
                if (key is not null)
                    request.Headers.Add("Idempotency-Key", key);
                using var response = await _client.SendAsync(request, Token);
                Assert.True(response.IsSuccessStatusCode, $"{method} {url}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Token)}");
                taken.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
        }

        public void Dispose() => _client.Dispose();

        private static StringContent Text(string text, string type) => new(text, Encoding.UTF8, type);
    }

    /// <summary>A service that lets its clients take any time, and as many of them as like to: neither limits nor rates help it.</summary>
    public sealed class Patient : ServedApi
    {
        private string? _refused;

        protected override IReadOnlyList<string> Settings =>
            [
                "--Catalogue:Load",
                "false",
                "--Limits:LeastBytesPerSecond",
                "0",
                "--Limits:HeaderSeconds",
                "3600",
                "--Limits:RequestSeconds",
                "3600",
                "--Limits:UploadsPerCaller",
                "1000",
                "--Limits:Uploads",
                "1000",
                "--Limits:DownloadsPerCaller",
                "1000",
                "--Limits:Downloads",
                "1000",
                "--Live:WriteSeconds",
                "3600",
                "--Live:Window",
                "1",
            ];

        /// <summary>Records more than sockets and buffers hold on the way, once; the answer is the id of an import that was refused row by row.</summary>
        public async Task<string> MuchAsync()
        {
            if (_refused is not null)
                return _refused;
            await this.ImportAsync("questions", "question,title,type,opens_at,closes_at\nmuch,Will it?,binary,2000-01-01T00:00:00Z,2999-01-01T00:00:00Z\n");
            var recorded = await this.ImportAsync("forecasts", Rows("much", 3_000, new string('r', 2_000)));
            Assert.Equal(0, recorded.GetProperty("refused").GetInt32());
            var refused = await this.ImportAsync("forecasts", Rows(new string('n', 80), 40_000, ""));
            Assert.Equal(40_000, refused.GetProperty("refused").GetInt32());
            _refused = refused.GetProperty("id").GetString();
            return _refused!;
        }

        private static string Rows(string question, int count, string rationale)
        {
            var file = new StringBuilder("question,forecaster,made_at,probability,rationale\n");
            for (var i = 0; i < count; i++)
                file.Append(
                    CultureInfo.InvariantCulture,
                    $"{question},Ana,{new DateTime(2001, 1, 1).AddMinutes(i):yyyy-MM-ddTHH:mm:ssZ},0.{(i % 90) + 10},{rationale}\n"
                );
            return file.ToString();
        }
    }
}
