using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Benchmarks.Importing;
using Npgsql;

namespace Benchmarks.Service;

/// <summary>
/// The whole service under load: a Release build in a process of its own, a durable PostgreSQL, real HTTP. Every row stands beside a baseline
/// of the same run. Takes <c>--seconds N</c> (how long each load lasts), <c>--store FOLDER</c> (a store that <c>fill</c> has filled, in place of an empty
/// one) and the names of the rows wanted.
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
        ["rebuild"] = RebuildAsync,
        ["boards"] = BoardsAsync,
    };

    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = Options.Number(args, "--seconds") ?? 10;
        var wanted = args.Where(Rows.ContainsKey).ToList();
        if (Options.Text(args, "--store") is { } filled)
        {
            await using var store = await BigStore.OpenAsync(
                filled,
                DataSetFiles.Beside("fivethirtyeight-all") ?? throw new InvalidOperationException("The data set to fill the store with is missing.")
            );
            await MeasureAsync(store.Database, BigStore.Token, seconds, wanted.Count == 0 ? ["asof", "scoring", "rebuild"] : wanted);
            return 0;
        }

        await using var server = await DurableServer.StartAsync();
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        // The first start makes the tables and the catalogue; the second is the one that counts.
        await (await MeasuredService.StartAsync(server.Database, token)).DisposeAsync();
        await MeasureAsync(server.Database, token, seconds, wanted);
        return 0;
    }

    private static async Task MeasureAsync(string database, string token, int seconds, List<string> wanted)
    {
        await using var run = new Run(await MeasuredService.StartAsync(database, token), new Baselines(database), database, seconds);
        await run.Baselines.PrepareAsync();
        foreach (var (name, row) in Rows)
        {
            if (wanted.Count == 0 || wanted.Contains(name))
                await row(run);
        }

        Console.WriteLine(run.Table());
        NpgsqlConnection.ClearAllPools();
    }

    private static async Task PutAsync(Run run)
    {
        var slug = run.Unused("bench");
        await run.Service.AskAsync(slug);
        var requests = new List<byte[][]>();
        for (var i = 0; i < Connections; i++)
            requests.Add(LeanLoad.Submissions(slug, await run.Service.RegisterAsync(run.Unused($"bench-{i}"), "analyst")));

        var before = await run.Baselines.InsertAsync(run.Seconds);
        var used = run.ProcessorTimeAsync(WarmUp);
        var ours = await LoadAsync(run, i => requests[i]);
        var all = await run.ProcessorTimeAsync();
        var after = await run.Baselines.InsertAsync(run.Seconds);
        var raw = (before.PerSecond + after.PerSecond) / 2;
        run.Add(
            "`PUT …/forecast`, 16 connections, each its own forecast",
            $"{ours.PerSecond:n0}/s, p50 {ours.P(0.5):0.0} ms, p99 {ours.P(0.99):0.0} ms",
            $"{raw:n0}/s ({before.How}, before and after)",
            $"{ours.PerSecond / raw:0.00} ×",
            "≥ 0.5 ×, p99 ≤ 50 ms",
            ours.PerSecond >= 0.5 * raw && ours.P(0.99) <= 50
        );
        Console.Error.WriteLine($"put: {(all - await used).Of(ours.Calls)} a request");
    }

    private static async Task ManyAsync(Run run)
    {
        var token = await run.Service.RegisterAsync(run.Unused("bench-many"), "analyst");
        var questions = Enumerable.Range(0, 1_000).Select(i => run.Unused($"many-{i}")).ToList();
        await Parallel.ForEachAsync(questions, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (slug, _) => await run.Service.AskAsync(slug));
        var requests = Enumerable
            .Range(1, 9)
            .Select(p =>
                LeanConnection.Request(
                    "POST",
                    "/forecasts",
                    token,
                    string.Concat(questions.Select(q => $$"""{"question":"{{q}}","probability":0.{{p}}}""" + "\n")),
                    "application/x-ndjson"
                )
            )
            .ToArray();
        var before = await run.Baselines.CopyAsync(100);
        // One after another on one connection: what somebody sees who sends a thousand forecasts.
        using var connection = await LeanConnection.OpenAsync(run.Service.Port);
        var n = 0;
        var used = run.ProcessorTimeAsync(WarmUp);
        var ours = await Latencies.OfAsync(
            [async () => await LeanLoad.ExpectAsync(connection, requests[n++ % requests.Length], lines: 1_000)],
            WarmUp,
            TimeSpan.FromSeconds(run.Seconds)
        );
        var all = await run.ProcessorTimeAsync();
        var after = await run.Baselines.CopyAsync(100);
        var (raw, rate) = ((before + after) / 2, ours.PerSecond * 1_000);
        run.Add(
            "`POST /forecasts`, 1,000 lines on 1,000 questions",
            $"{rate:n0}/s, p50 {ours.P(0.5):0} ms, p99 {ours.P(0.99):0} ms a request",
            $"{raw:n0}/s (binary COPY, 1,000 rows a transaction)",
            $"{rate / raw:0.00} ×",
            "≥ 20,000/s or 0.25 ×",
            rate >= 20_000 || rate >= 0.25 * raw
        );
        Console.Error.WriteLine($"many: {(all - await used).Of(ours.Calls * 1_000)} a line");
    }

    private static async Task AsOfAsync(Run run)
    {
        var questions = await AnsweredQuestionsAsync(run);
        var random = new Random(1);
        var requests = Enumerable
            .Range(0, Connections)
            .Select(_ =>
                Enumerable
                    .Range(0, 500)
                    .Select(_ =>
                    {
                        var (slug, from, to) = questions[random.Next(questions.Count)];
                        var asOf = (from + ((to - from) * random.NextDouble())).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
                        return LeanConnection.Request("GET", $"/questions/{slug}/forecasts?asOf={asOf}", run.Service.Token, null);
                    })
                    .ToArray()
            )
            .ToArray();
        var baseline = await run.Baselines.SelectAsync(run.Seconds);
        var used = run.Service.ProcessorTime;
        var ours = await LoadAsync(run, i => requests[i]);
        used = run.Service.ProcessorTime - used;
        run.Add(
            "`GET …/forecasts?asOf=`, random question and instant, 16 connections",
            $"{ours.PerSecond:n0}/s, p50 {ours.P(0.5):0.0} ms, p99 {ours.P(0.99):0.0} ms",
            $"p50 {baseline.P50:0.0} ms, p99 {baseline.P99:0.0} ms (primary-key select, {baseline.How})",
            $"{ours.P(0.99) / baseline.P99:0.0} × in p99",
            "≤ 10 ×",
            ours.P(0.99) <= 10 * baseline.P99
        );
        Console.Error.WriteLine(
            $"asof: {used.TotalMicroseconds / ours.Calls * (ours.Elapsed / (ours.Elapsed + WarmUp)):0} µs of the service's processor time a request"
        );
    }

    /// <summary>Questions with forecasts, and when there were some: those of the store, or in an empty one fifty that get two hundred each.</summary>
    private static async Task<IReadOnlyList<(string Slug, DateTimeOffset From, DateTimeOffset To)>> AnsweredQuestionsAsync(Run run)
    {
        await using var connection = new NpgsqlConnection(run.Database);
        await connection.OpenAsync();
        var found = new List<(string, DateTimeOffset, DateTimeOffset)>();
        await using (
            var command = new NpgsqlCommand(
                "select question, opens_at, closes_at from forecasts.view_questions where generation > 0 order by md5(question) limit 20000",
                connection
            )
        )
        {
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                found.Add((reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<DateTimeOffset>(2)));
        }

        if (found.Count > 1_000)
            return found;
        found.Clear();
        var token = await run.Service.RegisterAsync(run.Unused("bench-asof"), "analyst");
        for (var q = 0; q < 50; q++)
        {
            var slug = run.Unused($"asof-{q}");
            await run.Service.AskAsync(slug);
            using var asking = await LeanConnection.OpenAsync(run.Service.Port);
            var lines = string.Concat(
                Enumerable
                    .Range(1, 200)
                    .Select(i => string.Create(CultureInfo.InvariantCulture, $$"""{"question":"{{slug}}","probability":{{i / 201.0}}}""") + "\n")
            );
            var from = DateTimeOffset.UtcNow;
            await LeanLoad.ExpectAsync(asking, LeanConnection.Request("POST", "/forecasts", token, lines, "application/x-ndjson"), lines: 200);
            found.Add((slug, from, DateTimeOffset.UtcNow));
        }

        return found;
    }

    private static async Task ScoringAsync(Run run)
    {
        const int forecasters = 3_000;
        string[] questions = [run.Unused("crowded-first"), run.Unused("crowded-second"), run.Unused("crowded-third")];
        foreach (var slug in questions)
            await run.Service.AskAsync(slug);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, forecasters),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (i, _) =>
            {
                var token = await run.Service.RegisterAsync(run.Unused($"crowd-{i}"), "analyst");
                using var connection = await LeanConnection.OpenAsync(run.Service.Port);
                var lines = string.Concat(
                    questions.Select(q =>
                        string.Create(CultureInfo.InvariantCulture, $$"""{"question":"{{q}}","probability":{{(i + 1) / (forecasters + 2.0)}}}""") + "\n"
                    )
                );
                var request = LeanConnection.Request("POST", "/forecasts", token, lines, "application/x-ndjson");
                await LeanLoad.ExpectAsync(connection, request, lines: questions.Length);
            }
        );
        var second = await run.Service.RegisterAsync(run.Unused("second"), "resolver");
        // The first scoring after a start finds nothing compiled, and no connection open.
        await run.RestartAsync();
        var taken = new List<double>();
        foreach (var slug in questions)
        {
            using var confirming = new HttpClient { BaseAddress = run.Service.Owner.BaseAddress };
            confirming.DefaultRequestHeaders.Authorization = new("Bearer", second);
            var question = await run.Service.SendAsync(
                HttpMethod.Post,
                $"/questions/{slug}/resolution",
                new
                {
                    outcome = "yes",
                    knownAt = DateTimeOffset.UtcNow,
                    reason = "Seen.",
                    evidence = new[] { "a gauge" },
                }
            );
            await run.CaughtUpAsync();
            var clock = System.Diagnostics.Stopwatch.StartNew();
            await run.Service.SendAsync(
                HttpMethod.Post,
                $"/questions/{slug}/resolution/confirm",
                new { proposal = question.GetProperty("proposal").GetProperty("id").GetGuid() },
                confirming
            );
            while (true)
            {
                using var scores = await run.Service.Owner.GetAsync(new Uri($"/questions/{slug}/scores", UriKind.Relative));
                if (!scores.IsSuccessStatusCode)
                    throw new InvalidOperationException($"The scores were answered {(int)scores.StatusCode}.");
                if ((await scores.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("generation").GetInt32() > 0)
                    break;
                if (clock.Elapsed > TimeSpan.FromMinutes(1))
                    throw new TimeoutException("The question was not scored.");
                await Task.Delay(5);
            }

            taken.Add(clock.Elapsed.TotalSeconds);
        }

        run.Add(
            "scores after a confirmation, 3,000 forecasters",
            $"{taken[0]:0.00} s until visible at first after a start, then {taken[1]:0.00} s and {taken[2]:0.00} s",
            "",
            "",
            "≤ 1 s",
            taken.Max() <= 1
        );
    }

    /// <summary>What is computed over everything: once, and again from what is kept.</summary>
    private static async Task BoardsAsync(Run run)
    {
        await run.CaughtUpAsync();
        var questions = await run.ScalarAsync("select count(*) from forecasts.view_questions where generation > 0");
        var most = new List<string>();
        await using (var connection = new NpgsqlConnection(run.Database))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(
                "select forecaster from forecasts.view_score_rows where kind in ('Person', 'Bot', 'Document') group by forecaster order by count(*) "
                    + "desc, forecaster limit 2",
                connection
            );
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                most.Add(reader.GetString(0));
        }

        string[] boards =
        [
            "/leaderboard?limit=20",
            "/calibration",
            $"/analysts/{most[0]}/calibration",
            $"/analysts/{most[0]}/compare/{most[^1]}",
            $"/analysts/{most[0]}/scores?limit=50",
            $"/analysts/{most[0]}/updating",
        ];
        foreach (var board in boards)
        {
            var taken = new List<double>();
            var (status, bytes) = (0, 0);
            for (var i = 0; i < 2; i++)
            {
                var clock = System.Diagnostics.Stopwatch.StartNew();
                using var answer = await run.Service.Owner.GetAsync(new Uri(board, UriKind.Relative));
                (status, bytes) = ((int)answer.StatusCode, (await answer.Content.ReadAsByteArrayAsync()).Length);
                taken.Add(clock.Elapsed.TotalMilliseconds);
            }

            run.Add(
                $"`GET {board}`, {questions:n0} questions",
                $"{status}, {bytes:n0} bytes: {taken[0]:n0} ms computed, {taken[1]:n0} ms again; {run.Service.ResidentMebibytes:0} MiB resident",
                "",
                "",
                "",
                status == 200
            );
        }
    }

    private static async Task RebuildAsync(Run run)
    {
        await run.CaughtUpAsync();
        var events = await run.ScalarAsync("select count(*) from forecasts.mt_events");
        using var process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(
                "dotnet",
                [Path.Combine(MeasuredService.Folder, "Api.dll"), "rebuild", "--json", "--database", run.Database]
            )
            {
                RedirectStandardOutput = true,
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync();
        var (slowest, asked) = (TimeSpan.Zero, 0);
        while (!output.IsCompleted)
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            using var board = await run.Service.Owner.GetAsync(new Uri("/analysts/owner/scores", UriKind.Relative));
            board.EnsureSuccessStatusCode();
            (slowest, asked) = (clock.Elapsed > slowest ? clock.Elapsed : slowest, asked + 1);
            await Task.WhenAny(output, Task.Delay(100));
        }

        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The rebuild ended with {process.ExitCode}.");
        var answer = System.Text.Json.JsonDocument.Parse(await output).RootElement;
        var seconds = answer.GetProperty("seconds").GetDouble();
        Console.Error.WriteLine(answer.GetRawText());
        run.Add(
            "rebuild of all views while the service answers",
            $"{events / seconds:n0} events/s ({events:n0} events in {seconds:0.0} s); slowest of {asked} reads of the views meanwhile "
                + $"{slowest.TotalMilliseconds:0} ms",
            "",
            "",
            "≥ 50,000 events/s",
            events / seconds >= 50_000
        );
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
            ready[1] <= 1.2 && resident * 1.048576 <= 160
        );
    }

    /// <summary>Until the runtime has compiled again what is called most; a service is measured as it is after its first seconds.</summary>
    private static TimeSpan WarmUp => TimeSpan.FromSeconds(15);

    private static Task<Latencies> LoadAsync(Run run, Func<int, byte[][]> requests) =>
        LeanLoad.OfAsync(run.Service.Port, [.. Enumerable.Range(0, Connections).Select(requests)], WarmUp, TimeSpan.FromSeconds(run.Seconds));

    /// <summary>Seconds of processor time.</summary>
    internal readonly record struct ProcessorTime(double Service, double Database)
    {
        public static ProcessorTime operator -(ProcessorTime a, ProcessorTime b) => new(a.Service - b.Service, a.Database - b.Database);

        public string Of(int count) => $"{1e6 * Service / count:0} µs of processor time in the service and {1e6 * Database / count:0} µs in PostgreSQL";
    }

    /// <summary>What the rows share, and the table that they fill.</summary>
    internal sealed class Run(MeasuredService service, Baselines baselines, string database, int seconds) : IAsyncDisposable
    {
        private readonly StringBuilder _rows = new();
        private readonly string _mark = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        private int? _postmaster;

        public MeasuredService Service { get; private set; } = service;

        public Baselines Baselines { get; } = baselines;

        public string Database { get; } = database;

        public int Seconds { get; } = seconds;

        public ValueTask DisposeAsync() => Service.DisposeAsync();

        /// <summary>Ends the service and starts it again.</summary>
        public async Task RestartAsync()
        {
            await Service.DisposeAsync();
            Service = await MeasuredService.StartAsync(Database, Service.Token);
        }

        /// <summary>A name that no earlier run left in the store.</summary>
        public string Unused(string name) => $"{name}-{_mark}";

        public async Task<long> ScalarAsync(string sql)
        {
            await using var connection = new NpgsqlConnection(Database);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
        }

        /// <summary>The processor time used so far, or after a while.</summary>
        public async Task<ProcessorTime> ProcessorTimeAsync(TimeSpan after = default)
        {
            await Task.Delay(after);
            _postmaster ??= ProcessFigures.Parent((int)await ScalarAsync("select pg_backend_pid()"));
            return new ProcessorTime(
                Service.ProcessorTime.TotalSeconds,
                _postmaster is { } server ? ProcessFigures.ProcessorSeconds(server, withChildren: true) : 0
            );
        }

        /// <summary>Waits until the reactions and every projection have read the last event.</summary>
        public async Task CaughtUpAsync()
        {
            while (
                await ScalarAsync(
                    "select (coalesce(min(last_seq_id), 0) >= (select max(seq_id) from forecasts.mt_events))::int from forecasts.mt_event_progression "
                        + "where name like '%:All'"
                ) == 0
            )
            {
                await Task.Delay(20);
            }
        }

        public void Add(string work, string ours, string baseline, string ratio, string bar, bool met)
        {
            _rows.Append(CultureInfo.InvariantCulture, $"| {work} | {ours} | {baseline} | {ratio} | {bar} | {(met ? "met" : "missed")} |\n");
            Console.Error.WriteLine($"{work}: {ours}; baseline {baseline}; {ratio}");
        }

        public string Table() =>
            $"""

                | work | the service | baseline, same run | ratio | bar | |
                |---|---|---|---|---|---|
                {_rows}
                """;
    }
}
