using System.Diagnostics;
using System.Globalization;
using RealForecasts;

namespace Benchmarks.Scoring;

/// <summary>Scores data sets whole and prints what came out: <c>datasets FOLDER</c>, a folder of data sets or one itself.</summary>
public static class DataSets
{
    public static Task<int> RunAsync(string[] args)
    {
        if (args is not [var path] || !Directory.Exists(path))
        {
            Console.Error.WriteLine("Name a folder with questions.csv, outcomes.csv and forecasts.csv (or .csv.gz), or one that holds such folders.");
            return Task.FromResult(2);
        }

        string[] known = ["gjp-mini", "forecastbench-supers", "fivethirtyeight-politics"];
        var folders =
            File.Exists(Path.Combine(path, "questions.csv")) || File.Exists(Path.Combine(path, "questions.csv.gz"))
                ? [path]
                : known.Select(name => Path.Combine(path, name)).Where(Directory.Exists).ToArray();
        if (folders.Length == 0)
        {
            Console.Error.WriteLine($"There is none of {string.Join(", ", known)} in {path}.");
            return Task.FromResult(2);
        }

        Console.WriteLine(
            "| data set | questions, scored | steps | forecaster-question pairs | mean Brier, final | time-averaged | consensus:median, time-averaged | "
                + "reading | scoring |"
        );
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var folder in folders)
        {
            var reading = Stopwatch.StartNew();
            var data = DataSet.Read(folder);
            reading.Stop();
            var scoring = Stopwatch.StartNew();
            var scored = ScoredDataSet.Of(data);
            scoring.Stop();
            var (final, averaged, consensus) = (
                scored.Mean("brier.final"),
                scored.Mean("brier.timeAveraged"),
                scored.Mean("brier.timeAveraged", "consensus:median")
            );
            var steps = data.Resolved.Sum(q => q.Forecasts.Sum(f => f.Steps.Count));
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))} | {data.Questions:N0}, {data.Resolved.Count:N0} | {steps:N0} | "
                        + $"{averaged.Pairs:N0} | {final.Mean:F12} | {averaged.Mean:F12} | {consensus.Mean:F12} | {reading.Elapsed.TotalSeconds:F2} s | "
                        + $"{scoring.Elapsed.TotalSeconds:F2} s |"
                )
            );
        }

        return Task.FromResult(0);
    }
}
