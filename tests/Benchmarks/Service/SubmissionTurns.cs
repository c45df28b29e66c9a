using System.Globalization;
using System.Security.Cryptography;
using Benchmarks.Importing;

namespace Benchmarks.Service;

/// <summary>
/// What a submission costs in processor time, beside a bare endpoint and a raw insert, in turns on the same machine: in the first ten seconds after a start,
/// and once the runtime has compiled what is called most. Takes <c>--turns N</c> and <c>--seconds N</c>.
/// </summary>
internal static class SubmissionTurns
{
    private const int Connections = 16;
    private static readonly TimeSpan Cold = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    /// <summary>The share of one core below which the compiler's thread counts as quiet.</summary>
    private const double Quiet = 0.02;

    public static async Task<int> RunAsync(string[] args)
    {
        var turns = Options.Number(args, "--turns") ?? 5;
        var time = TimeSpan.FromSeconds(Options.Number(args, "--seconds") ?? 10);
        await using var server = await DurableServer.StartAsync();
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        // The first start makes the tables and the catalogue.
        await (await MeasuredService.StartAsync(server.Database, token)).DisposeAsync();
        var baselines = new Baselines(server.Database);
        await baselines.PrepareAsync();
        var seen = new List<Turn>();
        for (var turn = 1; turn <= turns; turn++)
        {
            seen.Add(await TurnAsync(server, baselines, token, turn, time));
            Console.WriteLine(seen[^1]);
        }

        Console.WriteLine("| | median | least to greatest | bar |");
        Console.WriteLine("|---|---:|---:|---|");
        Row("service, warm, µs a request", t => t.Warm.Service, "");
        Row("bare endpoint, µs a request", t => t.Bare, "");
        Row("service ÷ bare endpoint", t => t.Warm.Service / t.Bare, "≤ 3 ×");
        Row("PostgreSQL, warm, µs a request", t => t.Warm.Postgres, "");
        Row("PostgreSQL, µs a raw insert", t => t.RawPostgres, "");
        Row("PostgreSQL ÷ raw insert", t => t.Warm.Postgres / t.RawPostgres, "≤ 1.2 ×");
        Row("requests a second, warm", t => t.Warm.PerSecond, "");
        Row("raw inserts a second", t => t.RawPerSecond, "");
        Row("warm rate ÷ raw inserts", t => t.Warm.PerSecond / t.RawPerSecond, "≥ 0.7 ×");
        Row("p99, warm, ms", t => t.Warm.P99, "≤ 20");
        Row("service, first 10 s, µs a request", t => t.Cold.Service, "");
        Row("rate in the first 10 s ÷ warm rate", t => t.Cold.PerSecond / t.Warm.PerSecond, "≥ 0.6 ×");
        Row("seconds of load until the compiler was quiet", t => t.WarmUp, "");
        return 0;

        void Row(string what, Func<Turn, double> of, string bar)
        {
            var values = seen.Select(of).Order().ToList();
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"| {what} | {values[values.Count / 2]:0.##} | {values[0]:0.##} to {values[^1]:0.##} | {bar} |")
            );
        }
    }

    private static async Task<Turn> TurnAsync(DurableServer server, Baselines baselines, string token, int turn, TimeSpan time)
    {
        Part cold,
            warm;
        double warmUp;
        byte[][][] requests;
        await using (var service = await MeasuredService.StartAsync(server.Database, token))
        {
            requests = await RequestsAsync(service, turn);
            cold = await PartAsync(service.Port, service.ProcessId, server.Postmaster, requests, Cold);
            warmUp = Cold.TotalSeconds + await WarmAsync(service.Port, service.ProcessId, requests);
            warm = await PartAsync(service.Port, service.ProcessId, server.Postmaster, requests, time);
        }

        var before = ProcessFigures.ProcessorSeconds(server.Postmaster, withChildren: true);
        var raw = await baselines.InsertAsync((int)time.TotalSeconds);
        var rawPostgres = (ProcessFigures.ProcessorSeconds(server.Postmaster, withChildren: true) - before) * 1e6 / (raw.PerSecond * time.TotalSeconds);
        await using var bare = await BareEndpoint.StartAsync();
        await WarmAsync(bare.Port, bare.ProcessId, requests);
        var answered = await PartAsync(bare.Port, bare.ProcessId, server.Postmaster, requests, time);
        return new Turn(cold, warm, warmUp, raw.PerSecond, rawPostgres, answered.Service);
    }

    private static async Task<byte[][][]> RequestsAsync(MeasuredService service, int turn)
    {
        var slug = string.Create(CultureInfo.InvariantCulture, $"turn-{turn}");
        await service.AskAsync(slug);
        var requests = new byte[Connections][][];
        for (var i = 0; i < Connections; i++)
        {
            var token = await service.RegisterAsync(string.Create(CultureInfo.InvariantCulture, $"turn-{turn}-{i}"), "analyst");
            requests[i] = LeanLoad.Submissions(slug, token);
        }

        return requests;
    }

    /// <summary>Loads a process until its compiler is quiet.</summary>
    /// <returns>How many seconds that took.</returns>
    private static async Task<double> WarmAsync(int port, int process, byte[][][] requests)
    {
        for (var warm = TimeSpan.Zero; ; warm += Look)
        {
            var before = ProcessFigures.CompilerSeconds(process);
            await LeanLoad.OfAsync(port, requests, TimeSpan.Zero, Look);
            var used = ProcessFigures.CompilerSeconds(process) - before;
            if (used / Look.TotalSeconds < Quiet || warm >= LongestWarmUp)
                return (warm + Look).TotalSeconds;
        }
    }

    private static async Task<Part> PartAsync(int port, int process, int postmaster, byte[][][] requests, TimeSpan time)
    {
        var (service, postgres) = (ProcessFigures.ProcessorSeconds(process), ProcessFigures.ProcessorSeconds(postmaster, withChildren: true));
        var load = await LeanLoad.OfAsync(port, requests, TimeSpan.Zero, time);
        return new Part(
            load.PerSecond,
            load.P(0.99),
            (ProcessFigures.ProcessorSeconds(process) - service) * 1e6 / load.Calls,
            (ProcessFigures.ProcessorSeconds(postmaster, withChildren: true) - postgres) * 1e6 / load.Calls
        );
    }

    /// <summary>What a time of load came to.</summary>
    /// <param name="PerSecond">Requests a second.</param>
    /// <param name="P99">The slowest hundredth, in milliseconds.</param>
    /// <param name="Service">Processor time of the process that answers, in microseconds a request.</param>
    /// <param name="Postgres">Processor time of PostgreSQL, in microseconds a request.</param>
    private sealed record Part(double PerSecond, double P99, double Service, double Postgres);

    private sealed record Turn(Part Cold, Part Warm, double WarmUp, double RawPerSecond, double RawPostgres, double Bare)
    {
        public override string ToString() =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"cold {Cold.PerSecond:0}/s, {Cold.Service:0} µs + {Cold.Postgres:0} µs; warm after {WarmUp:0} s {Warm.PerSecond:0}/s, "
                    + $"{Warm.Service:0} µs + {Warm.Postgres:0} µs, p99 {Warm.P99:0.0} ms; "
                    + $"raw insert {RawPerSecond:0}/s, {RawPostgres:0} µs; bare endpoint {Bare:0} µs"
            );
    }
}
