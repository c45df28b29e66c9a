using System.IO.Compression;
using PostgresServer;

namespace EndToEnd.Tests;

/// <summary>Files that the command line takes in and puts out.</summary>
public sealed class FilesOfHistoryTests : IDisposable
{
    private const string Token = "a-token-that-only-the-imports-use-0815-0815";

    private readonly string _folder = Directory.CreateTempSubdirectory("forecasts-files-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Files_go_in_and_out_by_disk_gzipped_and_by_pipe_and_refused_rows_are_told_by_line()
    {
        await using var database = await TestDatabase.CreateAsync();
        var address = $"http://127.0.0.1:{Waiting.FreePort()}";
        await using var api = ProductProcess.Start(
            "Api",
            new Dictionary<string, string> { ["ConnectionStrings__Forecasts"] = database.ConnectionString },
            "--urls",
            address,
            "--Access:OwnerToken",
            Token,
            "--Catalogue:Load",
            "false"
        );
        using var owner = Waiting.Client(address, Token);
        await Waiting.ReadyAsync(owner);
        var there = new Dictionary<string, string> { ["FORECASTS_URL"] = address, ["FORECASTS_TOKEN"] = Token };

        var questions = Path.Combine(_folder, "questions.csv");
        await File.WriteAllTextAsync(
            questions,
            "question,title,type,opens_at,closes_at\nrain,Will it rain?,binary,2020-01-01T00:00:00Z,2020-02-01T00:00:00Z\n"
        );
        var asked = await CommandRun.OfAsync(there, "import", "questions", questions, "--json");
        Assert.True(asked.ExitCode == 0, asked.ToString());
        Assert.Equal(("succeeded", 1L), (asked.Json.GetProperty("status").GetString(), asked.Json.GetProperty("accepted").GetInt64()));

        var forecasts = Path.Combine(_folder, "forecasts.ndjson.gz");
        await using (var gzip = new StreamWriter(new GZipStream(File.Create(forecasts), CompressionLevel.Fastest)))
        {
            await gzip.WriteLineAsync("""{"question":"rain","forecaster":"ana","made_at":"2020-01-02T00:00:00Z","probability":0.8}""");
            await gzip.WriteLineAsync("""{"question":"rain","forecaster":"ben","made_at":"2020-01-02T00:00:00Z","probability":1.8}""");
            await gzip.WriteLineAsync("""{"question":"snow","forecaster":"ben","made_at":"2020-01-02T00:00:00Z","probability":0.8}""");
        }

        var made = await CommandRun.OfAsync(there, "import", "forecasts", forecasts);
        Assert.Equal(1, made.ExitCode);
        Assert.Contains("3 rows read, 1 accepted, 2 refused", made.Output, StringComparison.Ordinal);
        Assert.Contains("line 2, ", made.Output, StringComparison.Ordinal);
        Assert.Contains("line 3, ", made.Output, StringComparison.Ordinal);

        var known = await CommandRun.FedAsync(
            "question,outcome,known_at,source\nrain,yes,2020-02-01T00:00:00Z,a gauge\n",
            there,
            "import",
            "outcomes",
            "-",
            "--format",
            "csv"
        );
        Assert.True(known.ExitCode == 0, known.ToString());
        using var scores = await Waiting.ScoresAsync(owner, "rain");
        Assert.Contains(scores.RootElement.GetProperty("items").EnumerateArray(), r => r.GetProperty("forecaster").GetString() == "ana");

        // What goes out goes in again, and adds nothing.
        var shown = await CommandRun.OfAsync(there, "export", "questions");
        Assert.True(shown.ExitCode == 0, shown.ToString());
        Assert.Equal(
            ["question,title,type", "rain,Will it rain?,binary"],
            shown.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => string.Join(',', l.Split(',').Take(3)))
        );
        var exported = Path.Combine(_folder, "exported.ndjson.gz");
        var written = await CommandRun.OfAsync(there, "export", "forecasts", "--out", exported);
        Assert.True(written.ExitCode == 0 && written.Output.Length == 0, written.ToString());
        using (var lines = new StreamReader(new GZipStream(File.OpenRead(exported), CompressionMode.Decompress)))
            Assert.Contains("\"ana\"", await lines.ReadToEndAsync(), StringComparison.Ordinal);
        var before = await database.ScalarAsync<long>("select count(*) from forecasts.mt_events where type like 'forecast_%'");
        Assert.Equal(0, (await CommandRun.OfAsync(there, "import", "forecasts", exported)).ExitCode);
        Assert.Equal(before, await database.ScalarAsync<long>("select count(*) from forecasts.mt_events where type like 'forecast_%'"));
        Assert.Equal(1, (await CommandRun.OfAsync(there, "export", "scores", "--out", Path.Combine(_folder, "no", "such", "folder.csv"))).ExitCode);
        Assert.Equal(3, Directory.GetFiles(_folder).Length);

        // The kind of file that is given must be said by its name or by the command.
        Assert.Equal(2, (await CommandRun.FedAsync("", there, "import", "outcomes", "-")).ExitCode);
        var wrong = await CommandRun.OfAsync(there, "import", "outcomes", questions);
        Assert.Equal((1, ""), (wrong.ExitCode, wrong.Output));
        Assert.Contains("400", wrong.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await CommandRun.OfAsync(there, "import", "questions", questions, "--token", "another")).ExitCode);
    }
}
