using System.Globalization;
using System.Text.Json;
using EndToEnd.Tests.Faults.Running;

namespace EndToEnd.Tests.Faults;

/// <summary>Runs faults by command: <c>dotnet run --project tests/EndToEnd.Tests -- faults --seed 1 --faults 60</c>.</summary>
internal static class FaultCommand
{
    public const string Name = "faults";

    private const string Usage = """
        faults [--seed S] [--faults N] [--runs R] [--only KIND[,KIND]] [--lossy-disk] [--histories FOLDER]
          --seed        the first run's seed; each further run takes the next number. 1 unless it is given.
          --faults      how many faults strike in each run. 60 unless it is given.
          --runs        how many runs there are. 1 unless it is given.
          --only        the kinds of faults to take from the schedule; all of them unless it is given.
          --lossy-disk  has the database on a disk that loses its power and fails, in place of one that gets full.
          --histories   a folder in which each run writes down what its clients were told, as JSON.
        Ends with 1 where anything was found, with 2 where the line is wrong.
        """;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static async Task<int> RunAsync(string[] arguments)
    {
        var numbers = new Dictionary<string, int>
        {
            ["--seed"] = 1,
            ["--faults"] = 60,
            ["--runs"] = 1,
        };
        string? histories = null;
        var isLossy = arguments.Contains("--lossy-disk");
        arguments = [.. arguments.Where(a => a != "--lossy-disk")];
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
                only = arguments[i + 1].Split(',').Where(k => Enum.TryParse<FaultKind>(k, out _)).Select(Enum.Parse<FaultKind>).ToHashSet();
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

        var reports = new List<FaultReport>();
        for (var seed = numbers["--seed"]; seed < numbers["--seed"] + numbers["--runs"]; seed++)
        {
            reports.Add(
                await FaultRun.OfAsync(
                    new FaultPlan(seed, numbers["--faults"]) { Kinds = only, HasLossyDisk = isLossy },
                    Console.WriteLine,
                    CancellationToken.None
                )
            );
            Console.WriteLine(reports[^1]);
            if (histories is not null)
                await File.WriteAllTextAsync(Path.Combine(histories, $"{seed}.json"), JsonSerializer.Serialize(reports[^1].History, Indented));
        }

        if (reports.Count > 1)
            Console.WriteLine(Recoveries.Table(reports.SelectMany(r => r.Recoveries)));
        return reports.All(r => r.Findings.Count == 0) ? 0 : 1;
    }
}
