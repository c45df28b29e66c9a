using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Api.Tests.SlowClients;
using Npgsql;

namespace Benchmarks.Service;

/// <summary>
/// What a normal client notices of two hundred slow ones: how long its requests take alone and beside them, kind by kind, in one run. Takes <c>--seconds N</c>,
/// how long each is measured, <c>--clients N</c>, and <c>--only KIND</c>.
/// </summary>
internal static class SlowClientsBenchmark
{
    private const int Rows = 25_000;

    private static readonly string[] Patient =
    [
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

    public static async Task<int> RunAsync(string[] args)
    {
        var time = TimeSpan.FromSeconds(Options.Number(args, "--seconds") ?? 10);
        var clients = Options.Number(args, "--clients") ?? 200;
        await using var server = await DurableServer.StartAsync();
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        await using var service = await MeasuredService.StartAsync(server.Database, token, Patient);
        await service.AskAsync("normal");
        await service.AskAsync("slow");
        await FillAsync(service);
        Console.WriteLine("| slow clients | read alone, p99 | beside | write alone, p99 | beside |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var (kind, request, left) in Kinds(token).Where(k => Options.Text(args, "--only") is not { } only || k.Kind == only))
        {
            var (read, write) = await MeasureAsync(service, time);
            var slow = new List<SlowClient>();
            try
            {
                for (var i = 0; i < clients; i++)
                    slow.Add(await SlowClient.ConnectAsync(new Uri($"http://127.0.0.1:{service.Port}"), request(i), Enumerable.Repeat(left, 1_000)));
                using var enough = new CancellationTokenSource();
                var trickling = TrickleAsync(slow, enough.Token);
                // What is sent to them until nothing more fits on its way is work, and no waiting for them.
                await CalmAsync(service, server.Database);
                var (readBeside, writeBeside) = await MeasureAsync(service, time);
                await enough.CancelAsync();
                await trickling;
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {kind} | {read.P(0.99):0.0} ms | {readBeside.P(0.99):0.0} ms | {write.P(0.99):0.0} ms | {writeBeside.P(0.99):0.0} ms |"
                    )
                );
            }
            finally
            {
                slow.ForEach(s => s.Dispose());
            }
        }

        return 0;
    }

    private static IEnumerable<(string Kind, Func<int, string> Request, string Left)> Kinds(string token)
    {
        var head = $"Host: here\r\nAuthorization: Bearer {token}\r\n";
        const string Long = "Content-Length: 200000\r\n";
        var rows = "question,forecaster,made_at,probability\n" + string.Concat(Enumerable.Repeat("nowhere,Ana,2020-01-02T00:00:00Z,0.25\n", 2_000));
        yield return ("uploads of files", _ => $"POST /imports/forecasts HTTP/1.1\r\n{head}Content-Type: text/csv\r\n{Long}\r\n{rows}", "\n");
        yield return (
            "streams under a key",
            i => $"POST /forecasts HTTP/1.1\r\n{head}Content-Type: application/x-ndjson\r\nIdempotency-Key: stream-{i}\r\n{Long}\r\n",
            "\n"
        );
        yield return (
            "writes under a key",
            i => $"PUT /questions/slow/forecast HTTP/1.1\r\n{head}Content-Type: application/json\r\nIdempotency-Key: write-{i}\r\n{Long}\r\n",
            " "
        );
        yield return ("exports", _ => $"GET /exports/forecasts HTTP/1.1\r\n{head}\r\n", "");
        yield return ("readers of events", _ => $"GET /live?lastEventId=0 HTTP/1.1\r\n{head}\r\n", "");
        yield return ("heads", _ => $"GET /me HTTP/1.1\r\n{head}X-Slow: ", "x");
    }

    /// <summary>Each sends a byte every half a second, if it sends at all.</summary>
    private static async Task TrickleAsync(List<SlowClient> slow, CancellationToken token)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        try
        {
            while (await timer.WaitForNextTickAsync(token))
            {
                foreach (var client in slow)
                    await client.TrickleAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Enough was measured.
        }
    }

    /// <summary>Waits until the service has next to nothing to do, and its database works on nothing for it.</summary>
    private static async Task CalmAsync(MeasuredService service, string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        var look = TimeSpan.FromMilliseconds(500);
        var before = service.ProcessorTime;
        for (var waited = TimeSpan.Zero; waited < TimeSpan.FromMinutes(3); waited += look)
        {
            await Task.Delay(look);
            var now = service.ProcessorTime;
            await using var busy = source.CreateCommand("select count(*) from pg_stat_activity where state = 'active' and pid <> pg_backend_pid()");
            if (now - before < look / 10 && (long)(await busy.ExecuteScalarAsync())! == 0)
                return;
            before = now;
        }

        throw new TimeoutException("The service did not come to rest beside the slow clients.");
    }

    private static async Task<(Latencies Read, Latencies Write)> MeasureAsync(MeasuredService service, TimeSpan time)
    {
        var (warmUp, number) = (TimeSpan.FromSeconds(1), 0);
        var read = await Latencies.OfAsync([() => service.SendAsync(HttpMethod.Get, "/questions/normal")], warmUp, time);
        var write = await Latencies.OfAsync(
            [() => service.SendAsync(HttpMethod.Put, "/questions/normal/forecast", new { probability = (++number % 98 + 1) / 100.0 })],
            warmUp,
            time
        );
        return (read, write);
    }

    /// <summary>Records more than sockets and buffers hold on their way.</summary>
    private static async Task FillAsync(MeasuredService service)
    {
        await ImportAsync(service, "questions", "question,title,type,opens_at,closes_at\nmuch,Will it?,binary,2000-01-01T00:00:00Z,2999-01-01T00:00:00Z\n");
        var (file, text) = (new StringBuilder("question,forecaster,made_at,probability,rationale\n"), new string('r', 150));
        for (var i = 0; i < Rows; i++)
            file.Append(CultureInfo.InvariantCulture, $"much,Ana,{new DateTime(2001, 1, 1).AddMinutes(i):yyyy-MM-ddTHH:mm:ssZ},0.{(i % 90) + 10},{text}\n");
        await ImportAsync(service, "forecasts", file.ToString());
    }

    private static async Task ImportAsync(MeasuredService service, string kind, string file)
    {
        using var content = new StringContent(file, Encoding.UTF8, "text/csv");
        using var begun = await service.Owner.PostAsync(new Uri($"/imports/{kind}", UriKind.Relative), content);
        begun.EnsureSuccessStatusCode();
        while ((await service.SendAsync(HttpMethod.Get, begun.Headers.Location!.ToString())).GetProperty("status").GetString() == "running")
            await Task.Delay(100);
    }
}
