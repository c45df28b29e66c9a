using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Store.EmbeddedPostgres;

namespace Benchmarks.Service;

/// <summary>
/// The whole service under load: a Release build in a process of its own, a durable PostgreSQL, real HTTP. Every row stands beside a baseline
/// of the same run. Takes <c>--seconds N</c> (how long each load lasts) and the names of the rows wanted.
/// </summary>
internal static partial class ServiceBenchmark
{
    private const int Connections = 16;

    private static readonly Dictionary<string, Func<Run, Task>> Rows = new(StringComparer.Ordinal)
    {
        ["put"] = PutAsync,
        ["many"] = ManyAsync,
        ["asof"] = AsOfAsync,
        ["scoring"] = ScoringAsync,
        ["start"] = StartAsync,
    };

    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = args.SkipWhile(a => a != "--seconds").Skip(1).Select(a => int.Parse(a, CultureInfo.InvariantCulture)).FirstOrDefault(10);
        var wanted = args.Where(Rows.ContainsKey).ToList();
        var folder = Directory.CreateTempSubdirectory("forecasts-bench-").FullName;
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
        try
        {
            await using var server = await EmbeddedPostgresServer.StartAsync(
                new EmbeddedPostgresOptions { DataDirectory = Path.Combine(folder, "postgres") }, NullLogger.Instance, CancellationToken.None);
            var database = await server.CreateDatabaseIfMissingAsync("bench", CancellationToken.None);
            var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
            // The first start makes the tables and the catalogue; the second is the one that counts.
            await (await MeasuredService.StartAsync(database, token)).DisposeAsync();
            await using var service = await MeasuredService.StartAsync(database, token);
            var run = new Run(service, new Baselines(database), database, seconds);
            await run.Baselines.PrepareAsync();
            foreach (var (name, row) in Rows)
            {
                if (wanted.Count == 0 || wanted.Contains(name)) await row(run);
            }

            Console.WriteLine(run.Table());
            NpgsqlConnection.ClearAllPools();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static async Task PutAsync(Run run)
    {
        await run.Service.AskAsync("bench");
        var requests = new List<byte[][]>();
        for (var i = 0; i < Connections; i++)
        {
            var token = await run.Service.RegisterAsync($"bench-{i}", "analyst");
            requests.Add([.. Enumerable.Range(1, 97).Select(p => LeanConnection.Request(
                "PUT", "/questions/bench/forecast", token, $$"""{"probability":{{(p / 100.0).ToString(CultureInfo.InvariantCulture)}}}"""))]);
        }

        var before = await run.Baselines.InsertAsync(run.Seconds);
        var used = run.Service.ProcessorTime;
        var ours = await LoadAsync(run, i => requests[i]);
        used = run.Service.ProcessorTime - used;
        var after = await run.Baselines.InsertAsync(run.Seconds);
        var raw = (before.PerSecond + after.PerSecond) / 2;
        run.Add(
            "`PUT …/forecast`, 16 connections, each its own forecast",
            $"{ours.PerSecond:n0}/s, p50 {ours.P(0.5):0.0} ms, p99 {ours.P(0.99):0.0} ms",
            $"{raw:n0}/s ({before.How}, before and after)",
            $"{ours.PerSecond / raw:0.00} ×",
            "≥ 0.5 ×, p99 ≤ 50 ms",
            ours.PerSecond >= 0.5 * raw && ours.P(0.99) <= 50);
        Console.Error.WriteLine($"put: {used.TotalMicroseconds / ours.Calls * (ours.Elapsed / (ours.Elapsed + WarmUp)):0} µs of the service's processor time a request");
    }

    private static async Task ManyAsync(Run run)
    {
        var token = await run.Service.RegisterAsync("bench-many", "analyst");
        var questions = Enumerable.Range(0, 1_000).Select(i => $"many-{i}").ToList();
        await Parallel.ForEachAsync(questions, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (slug, _) => await run.Service.AskAsync(slug));
        var requests = Enumerable.Range(1, 9).Select(p => LeanConnection.Request(
            "POST", "/forecasts", token, string.Concat(questions.Select(q => $$"""{"question":"{{q}}","probability":0.{{p}}}""" + "\n")), "application/x-ndjson")).ToArray();
        var before = await run.Baselines.CopyAsync(100);
        // One after another on one connection: what somebody sees who sends a thousand forecasts.
        using var connection = await LeanConnection.OpenAsync(run.Service.Port);
        var n = 0;
        var ours = await Latencies.OfAsync([async () => await ExpectAsync(connection, requests[n++ % requests.Length], lines: 1_000)], WarmUp, TimeSpan.FromSeconds(run.Seconds));
        var after = await run.Baselines.CopyAsync(100);
        var (raw, rate) = ((before + after) / 2, ours.PerSecond * 1_000);
        run.Add(
            "`POST /forecasts`, 1,000 lines on 1,000 questions",
            $"{rate:n0}/s, p50 {ours.P(0.5):0} ms, p99 {ours.P(0.99):0} ms a request",
            $"{raw:n0}/s (binary COPY, 1,000 rows a transaction)",
            $"{rate / raw:0.00} ×",
            "≥ 20,000/s or 0.25 ×",
            rate >= 20_000 || rate >= 0.25 * raw);
    }

    private static async Task AsOfAsync(Run run)
    {
        const int questions = 50;
        var token = await run.Service.RegisterAsync("bench-asof", "analyst");
        var requests = Enumerable.Range(0, Connections).Select(_ => new List<byte[]>()).ToArray();
        for (var q = 0; q < questions; q++)
        {
            await run.Service.AskAsync($"asof-{q}");
            using var connection = await LeanConnection.OpenAsync(run.Service.Port);
            var lines = string.Concat(Enumerable.Range(1, 200).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""{"question":"asof-{{q}}","probability":{{i / 201.0}}}""") + "\n"));
            await ExpectAsync(connection, LeanConnection.Request("POST", "/forecasts", token, lines, "application/x-ndjson"), lines: 200);
        }

        var random = new Random(1);
        var now = DateTimeOffset.UtcNow;
        foreach (var mine in requests)
        {
            for (var i = 0; i < 100; i++)
            {
                var asOf = now.AddMilliseconds(-random.Next(30_000)).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
                mine.Add(LeanConnection.Request("GET", $"/questions/asof-{random.Next(questions)}/forecasts?asOf={asOf}", run.Service.Token, null));
            }
        }

        var baseline = await run.Baselines.SelectAsync(run.Seconds, "forecast/asof-1/bench-asof");
        var ours = await LoadAsync(run, i => [.. requests[i]]);
        run.Add(
            "`GET …/forecasts?asOf=`, random question and instant, 16 connections",
            $"{ours.PerSecond:n0}/s, p50 {ours.P(0.5):0.0} ms, p99 {ours.P(0.99):0.0} ms",
            $"p99 {baseline.P99:0.0} ms (primary-key select, {baseline.How})",
            $"{ours.P(0.99) / baseline.P99:0.0} × in p99",
            "≤ 10 ×",
            ours.P(0.99) <= 10 * baseline.P99);
    }

    private static async Task ScoringAsync(Run run)
    {
        const int forecasters = 3_000;
        await run.Service.AskAsync("crowded");
        await Parallel.ForEachAsync(Enumerable.Range(0, forecasters), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            var token = await run.Service.RegisterAsync($"crowd-{i}", "analyst");
            using var connection = await LeanConnection.OpenAsync(run.Service.Port);
            await ExpectAsync(connection, LeanConnection.Request("PUT", "/questions/crowded/forecast", token, string.Create(CultureInfo.InvariantCulture, $$"""{"probability":{{(i + 1) / (forecasters + 2.0)}}}""")));
        });
        using var second = new HttpClient { BaseAddress = run.Service.Owner.BaseAddress };
        second.DefaultRequestHeaders.Authorization = new("Bearer", await run.Service.RegisterAsync("bench-second", "resolver"));
        await run.Service.SendAsync(HttpMethod.Post, "/questions/crowded/resolution", new { outcome = "yes", knownAt = DateTimeOffset.UtcNow, reason = "Seen." });
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await run.Service.SendAsync(HttpMethod.Post, "/questions/crowded/resolution/confirm", client: second);
        while (true)
        {
            using var scores = await run.Service.Owner.GetAsync(new Uri("/questions/crowded/scores", UriKind.Relative));
            if (scores.IsSuccessStatusCode) break;
            if (clock.Elapsed > TimeSpan.FromMinutes(1)) throw new TimeoutException("The question was not scored.");
            await Task.Delay(5);
        }

        run.Add("scores after a confirmation, 3,000 forecasters", $"{clock.Elapsed.TotalSeconds:0.00} s until visible", "", "", "≤ 1 s", clock.Elapsed <= TimeSpan.FromSeconds(1));
    }

    private static async Task StartAsync(Run run)
    {
        var (ready, resident) = (new List<double>(), 0.0);
        for (var i = 0; i < 3; i++)
        {
            await using var service = await MeasuredService.StartAsync(run.Database, run.Service.Token);
            ready.Add(service.Ready.TotalSeconds);
            await Task.Delay(TimeSpan.FromSeconds(10));
            resident = service.ResidentMebibytes;
        }

        ready.Sort();
        run.Add(
            "start to ready, existing database; resident memory idle",
            $"{ready[1]:0.00} s (median of 3), {resident:0} MiB",
            "",
            "",
            "≤ 1.2 s, ≤ 160 MB",
            ready[1] <= 1.2 && resident * 1.048576 <= 160);
    }

    private static TimeSpan WarmUp => TimeSpan.FromSeconds(3);

    private static async Task<Latencies> LoadAsync(Run run, Func<int, byte[][]> requests)
    {
        var connections = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => LeanConnection.OpenAsync(run.Service.Port)));
        try
        {
            return await Latencies.OfAsync(
                [.. connections.Select((connection, i) =>
                {
                    var (mine, n) = (requests(i), 0);
                    return (Func<Task>)(() => ExpectAsync(connection, mine[n++ % mine.Length]));
                })],
                WarmUp,
                TimeSpan.FromSeconds(run.Seconds));
        }
        finally
        {
            foreach (var connection in connections) connection.Dispose();
        }
    }

    private static async Task ExpectAsync(LeanConnection connection, byte[] request, int? lines = null)
    {
        var answer = await connection.AskAsync(request);
        if (answer.Status is not (200 or 201) || (lines is not null && answer.Lines != lines))
        {
            throw new InvalidOperationException($"Answered {answer.Status}, {answer.Lines} lines, to {Encoding.UTF8.GetString(request.AsSpan(0, Math.Min(200, request.Length)))}");
        }
    }

    /// <summary>What the rows share, and the table that they fill.</summary>
    internal sealed class Run(MeasuredService service, Baselines baselines, string database, int seconds)
    {
        private readonly StringBuilder _rows = new();

        public MeasuredService Service { get; } = service;

        public Baselines Baselines { get; } = baselines;

        public string Database { get; } = database;

        public int Seconds { get; } = seconds;

        public void Add(string work, string ours, string baseline, string ratio, string bar, bool met)
        {
            _rows.Append(CultureInfo.InvariantCulture, $"| {work} | {ours} | {baseline} | {ratio} | {bar} | {(met ? "met" : "missed")} |\n");
            Console.Error.WriteLine($"{work}: {ours}; baseline {baseline}; {ratio}");
        }

        public string Table() => $"""

            | work | the service | baseline, same run | ratio | bar | |
            |---|---|---|---|---|---|
            {_rows}
            """;
    }
}
