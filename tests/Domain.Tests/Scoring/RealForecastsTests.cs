using System.Globalization;
using System.IO.Compression;
using RealForecasts;

namespace Domain.Tests.Scoring;

/// <summary>
/// Published data sets, kept beside the checkout, scored whole, against a calculation of the same means that shares nothing with the product:
/// not its reader, not its step functions, not its sums. Skipped where the folder is missing.
/// </summary>
public sealed class RealForecastsTests
{
    [Theory]
    [InlineData("gjp-mini", 18)]
    [InlineData("forecastbench-supers", 578)]
    [InlineData("fivethirtyeight-politics", 1444)]
    public void Mean_brier_scores_of_real_forecasts_agree_with_a_plain_calculation(string name, int atLeast)
    {
        var folder = Folder(name);
        var data = DataSet.Read(folder);
        var scored = ScoredDataSet.Of(data);
        var (final, averaged) = Plain(folder);

        Assert.True(data.Resolved.Count >= atLeast, $"Only {data.Resolved.Count} questions have an outcome.");
        Assert.Equal(final.Count, scored.Mean("brier.final").Pairs);
        Assert.Equal(averaged.Count, scored.Mean("brier.timeAveraged").Pairs);
        Assert.Equal(final.Average(), scored.Mean("brier.final").Mean, 1e-12);
        Assert.Equal(averaged.Average(), scored.Mean("brier.timeAveraged").Mean, 1e-12);
        Assert.InRange(averaged.Average(), 0.01, 0.5);
    }

    private static (List<double> Final, List<double> Averaged) Plain(string folder)
    {
        var outcomes = new Dictionary<string, string[]>();
        foreach (var row in Lines(folder, "outcomes"))
            outcomes[row[0]] = row;
        var (final, averaged) = (new List<double>(), new List<double>());
        var byQuestion = Lines(folder, "forecasts").ToLookup(row => row[0]);
        foreach (var question in Lines(folder, "questions"))
        {
            if (!outcomes.TryGetValue(question[0], out var outcome) || outcome[1] is "unresolved" or "annulled")
                continue;
            var (opens, end) = (Seconds(question[3]), Math.Min(Seconds(question[4]), Seconds(outcome[2])));
            foreach (var forecaster in byQuestion[question[0]].GroupBy(row => row[1]))
            {
                var steps = forecaster
                    .GroupBy(row => row[2])
                    .Select(made => (At: Seconds(made.Key), Brier: Brier([.. made], outcome[1])))
                    .Where(s => s.At < end)
                    .OrderBy(s => s.At)
                    .ToList();
                double area = 0,
                    stood = 0;
                for (var i = 0; i < steps.Count; i++)
                {
                    var (from, to) = (Math.Max(steps[i].At, opens), i + 1 < steps.Count ? steps[i + 1].At : end);
                    if (to <= from)
                        continue;
                    stood += to - from;
                    area += (to - from) * steps[i].Brier;
                }

                if (stood == 0)
                    continue;
                averaged.Add(area / stood);
                final.Add(steps[^1].Brier);
            }
        }

        return (final, averaged);
    }

    /// <summary>Half the squares' sum over the options; of yes or no, the square of the miss.</summary>
    private static double Brier(string[][] rows, string outcome)
    {
        if (rows[0][4].Length == 0)
        {
            var miss = double.Parse(rows[^1][3], CultureInfo.InvariantCulture) - (outcome == "yes" ? 1 : 0);
            return miss * miss;
        }

        return rows.Sum(row => Math.Pow(double.Parse(row[3], CultureInfo.InvariantCulture) - (row[4] == outcome ? 1 : 0), 2)) / 2;
    }

    private static double Seconds(string instant) =>
        (DateTime.Parse(instant, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal) - DateTime.UnixEpoch).TotalSeconds;

    private static IEnumerable<string[]> Lines(string folder, string name)
    {
        var path = Path.Combine(folder, $"{name}.csv");
        using var text = File.Exists(path) ? new StreamReader(path) : new StreamReader(new GZipStream(File.OpenRead($"{path}.gz"), CompressionMode.Decompress));
        text.ReadLine();
        while (text.ReadLine() is { } line)
        {
            // Commas within quotes part nothing; a quote within a quoted cell is doubled, which leaves the count even.
            var (cells, from, quoted) = (new List<string>(), 0, false);
            for (var i = 0; i <= line.Length; i++)
            {
                if (i < line.Length && line[i] == '"')
                    quoted = !quoted;
                if (i < line.Length && (quoted || line[i] != ','))
                    continue;
                cells.Add(line[from..i]);
                from = i + 1;
            }

            if (!quoted)
                yield return [.. cells];
        }
    }

    private static string Folder(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "shared", "data", name)))
            folder = folder.Parent;
        if (folder is null)
            Assert.Skip("There is no folder of real forecasts here.");
        return Path.Combine(folder!.FullName, "shared", "data", name);
    }
}
