using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Benchmarks.Importing;
using Npgsql;

namespace Benchmarks.Service;

/// <summary>
/// A mixed load for a long time at half of what the service bears: whether memory, latency and processor time a request stay as they were. The peak
/// is measured first, in the same run, by clients that ask again at once. Takes <c>--minutes N</c> (60) and <c>--peak N</c>, the seconds in which the
/// peak is measured (30).
/// </summary>
/// <remarks>
/// Of a hundred requests 70 state a forecast, 4 state twenty, 15 read what stands on a question, 6 what stood, and 5 list questions. A question is resolved and
/// scored every few seconds, a new one opened in its place, and the leaderboard is read. A request's time runs from the instant at which it was due, so that
/// a service that stands still is seen by all that waited.
/// </remarks>
internal sealed class MixedLoad : IAsyncDisposable
{
    private const int Connections = 16;
    private const int Questions = 200;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenOutcomes = TimeSpan.FromSeconds(5);

    private readonly MeasuredService _service;
    private readonly string _database;
    private readonly int _postmaster;
    private readonly string[] _open = new string[Questions];
    private readonly string[] _tokens = new string[Connections];
    private int _asked;

    private MixedLoad(MeasuredService service, string database, int postmaster) => (_service, _database, _postmaster) = (service, database, postmaster);

    public static async Task<int> RunAsync(string[] args)
    {
        var minutes = Options.Number(args, "--minutes") ?? 60;
        var peakTime = TimeSpan.FromSeconds(Options.Number(args, "--peak") ?? 30);
        await using var server = await DurableServer.StartAsync();
        var service = await MeasuredService.StartAsync(server.Database, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        await using var load = new MixedLoad(service, server.Database, server.Postmaster);
        await load.PrepareAsync();
        var resolver = await service.RegisterAsync("mixed-resolver", "resolver");
        using var enough = new CancellationTokenSource();
        var resolving = load.ResolveAsync(resolver, enough.Token);
        Console.WriteLine($"Warm after {WarmUp.TotalSeconds:0} s; the peak takes {peakTime.TotalSeconds:0} s.");
        await load.MinuteAsync(perSecond: null, WarmUp);
        var peak = await load.MinuteAsync(perSecond: null, peakTime);
        Say($"Peak: {peak.PerSecond:0} requests a second, p99 {peak.P(0.99):0.0} ms, {peak.Errors} errors. From now on half of that.");
        Console.WriteLine("| minute | requests/s | errors | p50 ms | p99 ms | slowest ms | service MiB | service µs | PostgreSQL µs | store MiB |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        var passed = new List<Minute>();
        for (var minute = 1; minute <= minutes; minute++)
        {
            passed.Add(await load.MinuteAsync(peak.PerSecond / 2, TimeSpan.FromMinutes(1)));
            var m = passed[^1];
            Say(
                $"| {minute} | {m.PerSecond:0} | {m.Errors} | {m.P(0.5):0.0} | {m.P(0.99):0.0} | {m.P(1):0} "
                    + $"| {m.Mebibytes:0} | {m.ServiceMicroseconds:0} | {m.PostgresMicroseconds:0} | {m.StoreMebibytes:0} |"
            );
        }

        await enough.CancelAsync();
        await resolving;
        var part = Math.Max(1, minutes / 6);
        Summary("the first sixth", passed.Take(part));
        Summary("the last sixth", passed.TakeLast(part));
        NpgsqlConnection.ClearAllPools();
        return passed.Sum(m => m.Errors) == 0 ? 0 : 1;
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    private static void Summary(string which, IEnumerable<Minute> minutes)
    {
        var all = minutes.ToList();
        double Median(Func<Minute, double> of) => all.Select(of).Order().ElementAt(all.Count / 2);
        Say(
            $"{which}: p50 {Median(m => m.P(0.5)):0.0} ms, p99 {Median(m => m.P(0.99)):0.0} ms (worst minute {all.Max(m => m.P(0.99)):0.0} ms), "
                + $"{Median(m => m.Mebibytes):0} MiB, {Median(m => m.ServiceMicroseconds):0} µs in the service and "
                + $"{Median(m => m.PostgresMicroseconds):0} µs in PostgreSQL a request, {all.Sum(m => m.Errors)} errors"
        );
    }

    private static void Say(string text) => Console.WriteLine(text);

    private async Task PrepareAsync()
    {
        for (var i = 0; i < Questions; i++)
            _open[i] = await AskAsync();
        for (var i = 0; i < Connections; i++)
            _tokens[i] = await _service.RegisterAsync(string.Create(CultureInfo.InvariantCulture, $"mixed-{i}"), "analyst");
    }

    private async Task<string> AskAsync()
    {
        var slug = string.Create(CultureInfo.InvariantCulture, $"mixed-question-{++_asked}");
        await _service.AskAsync(slug);
        return slug;
    }

    /// <summary>Has every connection ask for a while: at a pace, or again at once.</summary>
    private async Task<Minute> MinuteAsync(double? perSecond, TimeSpan time)
    {
        var (used, database) = (_service.ProcessorTime, ProcessFigures.ProcessorSeconds(_postmaster, withChildren: true));
        var began = Stopwatch.GetTimestamp();
        var parts = await Task.WhenAll(Enumerable.Range(0, Connections).Select(i => Task.Run(() => AskOnAsync(i, perSecond / Connections, time))));
        var elapsed = Stopwatch.GetElapsedTime(began);
        var sorted = parts.SelectMany(p => p.Milliseconds).Order().ToArray();
        return new Minute(
            sorted,
            elapsed,
            parts.Sum(p => p.Errors),
            _service.ResidentMebibytes,
            (_service.ProcessorTime - used).TotalMicroseconds / sorted.Length,
            (ProcessFigures.ProcessorSeconds(_postmaster, withChildren: true) - database) * 1e6 / sorted.Length,
            await StoreMebibytesAsync()
        );
    }

    private async Task<(List<double> Milliseconds, int Errors)> AskOnAsync(int client, double? perSecond, TimeSpan time)
    {
        using var connection = await LeanConnection.OpenAsync(_service.Port);
        var (random, taken, errors) = (new Random(client + (_asked * 31)), new List<double>(1 << 14), 0);
        var began = Stopwatch.GetTimestamp();
        // The connections' turns are spread over the interval.
        var due = perSecond is { } rate ? TimeSpan.FromSeconds(client / (rate * Connections)) : TimeSpan.Zero;
        while (true)
        {
            var now = Stopwatch.GetElapsedTime(began);
            if (perSecond is null)
                due = now;
            if (due >= time || now >= time + TimeSpan.FromSeconds(30))
                return (taken, errors);
            if (due > now)
                await Task.Delay(due - now);
            var (status, _, _) = await connection.AskAsync(Request(client, random));
            // One question in two hundred closes under the hands of who forecasts on it, which is no error.
            if (status is not (>= 200 and < 300 or 409))
                errors++;
            taken.Add((Stopwatch.GetElapsedTime(began) - due).TotalMilliseconds);
            due += TimeSpan.FromSeconds(1 / (perSecond ?? double.PositiveInfinity));
        }
    }

    private byte[] Request(int client, Random random)
    {
        var (question, token) = (_open[random.Next(Questions)], _tokens[client]);
        return random.Next(100) switch
        {
            < 70 => LeanConnection.Request("PUT", $"/questions/{question}/forecast", token, $$"""{"probability":{{Probability(random)}}}"""),
            < 74 => LeanConnection.Request(
                "POST",
                "/forecasts",
                token,
                string.Concat(
                    Enumerable.Range(0, 20).Select(_ => $$"""{"question":"{{_open[random.Next(Questions)]}}","probability":{{Probability(random)}}}""" + "\n")
                ),
                "application/x-ndjson"
            ),
            < 89 => LeanConnection.Request("GET", $"/questions/{question}/forecasts", token, null),
            < 95 => LeanConnection.Request("GET", $"/questions/{question}/forecasts?asOf={Past(random)}", token, null),
            _ => LeanConnection.Request("GET", "/questions?limit=20", token, null),
        };
    }

    private static string Probability(Random random) => (random.Next(1, 1000) / 1000.0).ToString(CultureInfo.InvariantCulture);

    private static string Past(Random random) =>
        DateTimeOffset.UtcNow.AddSeconds(-random.Next(1, 60)).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Resolves the oldest question, opens another in its place, and reads the leaderboard, every few seconds.</summary>
    private async Task ResolveAsync(string resolver, CancellationToken token)
    {
        using var confirming = new HttpClient { BaseAddress = _service.Owner.BaseAddress };
        confirming.DefaultRequestHeaders.Authorization = new("Bearer", resolver);
        using var timer = new PeriodicTimer(BetweenOutcomes);
        for (var turn = 0; !token.IsCancellationRequested; turn++)
        {
            var place = turn % Questions;
            var slug = _open[place];
            _open[place] = await AskAsync();
            var question = await _service.SendAsync(
                HttpMethod.Post,
                $"/questions/{slug}/resolution",
                new
                {
                    outcome = turn % 3 == 0 ? "yes" : "no",
                    knownAt = DateTimeOffset.UtcNow,
                    reason = "Seen.",
                    evidence = new[] { "a gauge" },
                }
            );
            await _service.SendAsync(
                HttpMethod.Post,
                $"/questions/{slug}/resolution/confirm",
                new { proposal = question.GetProperty("proposal").GetProperty("id").GetGuid() },
                confirming
            );
            if (turn % 6 == 0)
                await _service.SendAsync(HttpMethod.Get, "/leaderboard?limit=20");
            try
            {
                await timer.WaitForNextTickAsync(token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<double> StoreMebibytesAsync()
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select pg_database_size(current_database())", connection);
        return (long)(await command.ExecuteScalarAsync())! / 1048576.0;
    }

    /// <summary>What a minute brought.</summary>
    private sealed record Minute(
        double[] Sorted,
        TimeSpan Elapsed,
        int Errors,
        double Mebibytes,
        double ServiceMicroseconds,
        double PostgresMicroseconds,
        double StoreMebibytes
    )
    {
        public double PerSecond => Sorted.Length / Elapsed.TotalSeconds;

        public double P(double level) => Sorted.Length == 0 ? double.NaN : Sorted[Math.Min(Sorted.Length - 1, (int)(level * Sorted.Length))];
    }
}
