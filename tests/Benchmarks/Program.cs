using BenchmarkDotNet.Running;

namespace Benchmarks;

/// <summary>Measurements, each under a name: <c>dotnet run -c Release --project tests/Benchmarks -- NAME …</c>.</summary>
public static class Program
{
    private static readonly Dictionary<string, (string What, Func<string[], Task<int>> Run)> Measurements = new(StringComparer.Ordinal)
    {
        ["service"] = ("the whole service under load beside raw PostgreSQL; see docs/performance.md", Service.ServiceBenchmark.RunAsync),
        ["submission"] = ("a submission cold and warm, beside a bare endpoint and a raw insert; --turns N, --seconds N", Service.SubmissionTurns.RunAsync),
        [Service.BareEndpoint.Command] = ("the bare endpoint, for other measurements; PORT", Service.BareEndpoint.ServeAsync),
        ["slow"] = ("what a client notices of two hundred slow ones, kind by kind; --seconds N, --clients N", Service.SlowClientsBenchmark.RunAsync),
        ["board"] = (
            "boards and calibration over a store that was filled, cold and after one more question; FOLDER --turns N",
            Service.BoardBenchmark.RunAsync
        ),
        ["mixed"] = ("a mixed load at half the measured peak, minute by minute; --minutes N, --peak SECONDS", Service.MixedLoad.RunAsync),
        ["functions"] = ("BenchmarkDotNet over the functions of the domain; takes its usual arguments, such as --filter '*'", FunctionsAsync),
        ["scoring"] = ("forecasts scored a second on one core, for one question of 1,000 to 1,000,000 steps; --most STEPS", Scoring.ScoringSpeed.RunAsync),
        ["datasets"] = ("whole data sets scored: the mean Brier scores of each, and the time; FOLDER", Scoring.DataSets.RunAsync),
        ["import"] = ("a whole data set imported and scored, beside a raw COPY of the same events; takes its folder", Importing.ImportBenchmark.RunAsync),
        ["fill"] = (
            "a durable store in FOLDER filled with a whole data set and scored, for later measurements; FOLDER [DATA SET] [--times N]",
            Service.FillBigStore.RunAsync
        ),
        ["ledger"] = ("leaves of the ledger hashed and folded a second, beside raw SHA-256; --leaves N, --turns N", Ledger.LedgerSpeed.RunAsync),
        ["sequencing"] = (
            "events that get their leaves a second, with all that is kept of them, beside the COPY that appends them; --events N, --turns N",
            Ledger.SequencingSpeed.RunAsync
        ),
        ["calibration"] = ("GET /analysts/{analyst}/calibration over ten thousand questions, kept and computed", Calibration.CalibrationEndpoint.RunAsync),
    };

    public static async Task<int> Main(string[] args)
    {
        if (args.Length > 0 && Measurements.TryGetValue(args[0], out var measurement))
            return await measurement.Run(args[1..]);
        Console.Error.WriteLine("Say what to measure:");
        foreach (var (name, (what, _)) in Measurements)
            Console.Error.WriteLine($"  {name, -12} {what}");
        return args.Length == 0 ? 0 : 2;
    }

    private static Task<int> FunctionsAsync(string[] args)
    {
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return Task.FromResult(0);
    }
}
