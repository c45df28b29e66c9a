using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using EndToEnd.Tests.Faults.Running;

namespace EndToEnd.Tests.Faults;

/// <summary>Runs faults by command: <c>dotnet run --project tests/EndToEnd.Tests -- faults --seed 1 --faults 60</c>.</summary>
internal static class FaultCommand
{
    public const string Name = "faults";

    private const string Usage = """
        faults [--seed S] [--faults N] [--runs R] [--calm C] [--only KIND[,KIND]] [--lossy-disk] [--stepped-clocks] [--histories FOLDER]
          --seed            the first run's seed; each further run takes the next number. 1 unless it is given.
          --faults          how many faults strike in each run. 60 unless it is given.
          --runs            how many runs there are. 1 unless it is given.
          --calm            how many times longer than usual clients think, which leaves the processor to what starts again. 1 unless it is given.
          --only            the kinds of faults to take from the schedule; all of them unless it is given.
          --lossy-disk      has the database on a disk that loses its power and fails, in place of one that gets full.
          --stepped-clocks  has an API and a worker go by clocks that can be set, which costs much processor time.
          --histories       a folder in which each run writes down what its clients were told, as JSON, and what its processes said.
        Ends with 1 where anything was found, with 2 where the line is wrong, with 130 where it was interrupted; then it takes its processes with it.
        """;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static async Task<int> RunAsync(string[] arguments)
    {
        var numbers = new Dictionary<string, int>
        {
            ["--seed"] = 1,
            ["--faults"] = 60,
            ["--runs"] = 1,
            ["--calm"] = 1,
        };
        string? histories = null;
        var (isLossy, hasClocks) = (arguments.Contains("--lossy-disk"), arguments.Contains("--stepped-clocks"));
        arguments = [.. arguments.Where(a => a is not ("--lossy-disk" or "--stepped-clocks"))];
        IReadOnlySet<FaultKind> only = Enum.GetValues<FaultKind>().ToHashSet();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (arguments[i] == "--histories" && i + 1 < arguments.Length)
            {
                histories = Directory.CreateDirectory(arguments[i + 1]).FullName;
                continue;
            }

            if (arguments[i] == "--only" && i + 1 < arguments.Length)
            {
                var kinds = arguments[i + 1].Split(',');
                if (kinds.FirstOrDefault(k => !Enum.TryParse<FaultKind>(k, out _)) is { } unknown)
                {
                    await Console.Error.WriteLineAsync($"There is no fault '{unknown}'; there are {string.Join(", ", Enum.GetNames<FaultKind>())}.");
                    return 2;
                }

                only = kinds.Select(Enum.Parse<FaultKind>).ToHashSet();
                continue;
            }

            if (
                i + 1 == arguments.Length
                || !numbers.ContainsKey(arguments[i])
                || !int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            )
            {
                await Console.Error.WriteLineAsync(Usage);
                return 2;
            }

            numbers[arguments[i]] = number;
        }

        using var interrupted = new CancellationTokenSource();
        void Interrupt(PosixSignalContext signal)
        {
            signal.Cancel = true;
            interrupted.Cancel();
        }

        using var byKeyboard = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var byRequest = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        try
        {
            return await RunAsync(
                numbers,
                new FaultPlan(0, numbers["--faults"])
                {
                    Kinds = only,
                    Calm = Math.Max(numbers["--calm"], 1),
                    HasLossyDisk = isLossy,
                    HasSteppedClocks = hasClocks,
                    Logs = histories,
                },
                histories,
                interrupted.Token
            );
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return 130;
        }
    }

    private static async Task<int> RunAsync(Dictionary<string, int> numbers, FaultPlan plan, string? histories, CancellationToken token)
    {
        var reports = new List<FaultReport>();
        for (var seed = numbers["--seed"]; seed < numbers["--seed"] + numbers["--runs"]; seed++)
        {
            reports.Add(await FaultRun.OfAsync(plan with { Seed = seed }, Console.WriteLine, token));
            Console.WriteLine(reports[^1]);
            if (histories is not null)
                await File.WriteAllTextAsync(
                    Path.Combine(histories, $"{seed}.json"),
                    JsonSerializer.Serialize(reports[^1].History, Indented),
                    CancellationToken.None
                );
        }

        if (reports.Count > 1)
            Console.WriteLine(Recoveries.Table(reports.SelectMany(r => r.Recoveries)));
        return reports.All(r => r.Findings.Count == 0) ? 0 : 1;
    }
}
