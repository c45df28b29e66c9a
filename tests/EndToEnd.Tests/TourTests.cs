using System.Diagnostics;
using System.Text.Json;

namespace EndToEnd.Tests;

/// <summary>The tour in the README.</summary>
public sealed class TourTests : IDisposable
{
    private const string Marker = "=== next ===";

    private readonly string _folder = Directory.CreateTempSubdirectory("forecasts-e2e-").FullName;

    public TourTests()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_line_of_the_tour_in_the_readme_does_what_it_says()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "Forecasts.sln")))
            root = root.Parent;
        var readme = await File.ReadAllTextAsync(Path.Combine(root.FullName, "README.md"));
        var tour = readme[readme.IndexOf("## A tour", StringComparison.Ordinal)..readme.IndexOf("## Follow it", StringComparison.Ordinal)];
        var lines = tour.Split('\n').Where(l => l.StartsWith("    ", StringComparison.Ordinal)).Select(l => l.Trim()).ToList();

        var address = $"http://127.0.0.1:{Waiting.FreePort()}";
        await using var api = ProductProcess.Start(
            "Api",
            new Dictionary<string, string>(),
            "--urls",
            address,
            "--Embedded:DataDirectory",
            Path.Combine(_folder, ".data")
        );
        await Waiting.FirstScreenAsync(api);

        // At once: what the first screen invites to is there.
        var answers = await RunAsync(lines, address["http://".Length..]);
        string Answer(string line) => answers[lines.FindIndex(l => l.Contains(line, StringComparison.Ordinal))];
        JsonElement Json(string line) => JsonDocument.Parse(Answer(line)).RootElement;

        var rows = Json("nato-enlargement-stands-2021/scores")
            .GetProperty("items")
            .EnumerateArray()
            .ToDictionary(r => r.GetProperty("forecaster").GetString()!, Brier);
        Assert.Equal((0.0225, 0.25, 0.0), (rows["kinu-co-17-04"], rows["reference:uniform"], rows["reference:status-quo"]));
        var baselines = rows.Keys.Where(k => k.StartsWith("reference:", StringComparison.Ordinal)).ToList();
        Assert.Contains($"{new[] { "no", "one", "two", "three", "four", "five" }[baselines.Count]} honest baselines", readme, StringComparison.Ordinal);
        Assert.All(baselines, b => Assert.Contains($"`{b}`", tour, StringComparison.Ordinal));

        Assert.NotEqual(Answer("asOf=2017-08-01"), Answer("asOf=2017-08-03"));
        var curve = Json("kinu-co-17-04/calibration")
            .GetProperty("curve")
            .EnumerateArray()
            .ToDictionary(p => p.GetProperty("forecast").GetDouble(), p => p.GetProperty("calibrated").GetDouble());
        Assert.Equal((1.0, 3.0 / 7), (curve[0.85], curve[0.45]));

        Assert.Equal("draft", Json("localhost:5080/questions -d").GetProperty("status").GetString());
        Assert.Equal("open", Json("rain/open").GetProperty("status").GetString());
        Assert.Equal(0.65, Json("rain/forecast -d").GetProperty("probability").GetDouble());
        var before = JsonDocument.Parse(answers[lines.IndexOf("fc localhost:5080/questions/rain/scores")]).RootElement;
        Assert.Equal((0, "open"), (before.GetProperty("generation").GetInt32(), before.GetProperty("status").GetString()));
        Assert.Equal("proposed", Json("rain/resolution -d").GetProperty("status").GetString());
        Assert.Equal("resolved", Json("resolution/confirm").GetProperty("status").GetString());
        var scored = Json("until fc");
        Assert.Equal((1, "scored"), (scored.GetProperty("generation").GetInt32(), scored.GetProperty("status").GetString()));
        Assert.Equal(0.1225, Brier(scored.GetProperty("items").EnumerateArray().Single(r => r.GetProperty("forecaster").GetString() == "owner")), 12);
        Assert.StartsWith("<svg", (await File.ReadAllTextAsync(Path.Combine(_folder, "rain.svg"))).TrimStart(), StringComparison.Ordinal);
        Assert.Contains(Json("audit/events").GetProperty("items").EnumerateArray(), e => e.GetProperty("type").GetString() == "QuestionScored");
        Assert.Equal(0, await api.StopAsync());
    }

    private static double Brier(JsonElement row) => Math.Round(row.GetProperty("scores").GetProperty("brier.final").GetDouble(), 12);

    /// <summary>What each line printed, typed into one shell in the folder of the service.</summary>
    private async Task<IReadOnlyList<string>> RunAsync(IReadOnlyList<string> lines, string address)
    {
        var script =
            "shopt -s expand_aliases\n"
            + string.Concat(lines.Select(l => l.Replace("localhost:5080", address, StringComparison.Ordinal) + $"\necho '{Marker}'\n"));
        var file = Path.Combine(_folder, "tour.sh");
        await File.WriteAllTextAsync(file, script);
        using var shell = Process.Start(
            new ProcessStartInfo("bash", [file])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = _folder,
            }
        )!;
        var (output, error) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        Assert.True(shell.ExitCode == 0, await error);
        Assert.Equal("", await error);
        return [.. (await output).Split(Marker).Select(a => a.Trim())];
    }
}
