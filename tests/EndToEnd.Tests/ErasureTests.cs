using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace EndToEnd.Tests;

/// <summary>An erased text is nowhere: not in the files of the database, not in the ledger's, not in the logs.</summary>
public sealed class ErasureTests : IDisposable
{
    private const string Secret = "Zanzibarwhisper";

    private readonly string _folder = Directory.CreateTempSubdirectory("forecasts-e2e-").FullName;

    public ErasureTests()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task After_an_erasure_the_text_is_in_no_file_of_the_service_and_everything_else_is_proven_as_before()
    {
        var (data, address) = (Path.Combine(_folder, "data"), $"http://127.0.0.1:{Waiting.FreePort()}");
        string[] arguments = ["--urls", address, "--Embedded:DataDirectory", data, "--Catalogue:Load", "false"];
        var said = new StringBuilder();
        await using (var api = ProductProcess.Start("Api", new Dictionary<string, string>(), arguments))
        {
            await Waiting.FirstScreenAsync(api);
            using var owner = Waiting.Client(address, (await File.ReadAllTextAsync(Path.Combine(data, "token"))).Trim());
            await WriteAsync(owner, data);
            Assert.Equal(0, await api.StopAsync());
            said.Append(api.Output);
        }

        // What is looked for is found before.
        Assert.Contains(await FilesAsync(data), f => f.Contains($"{Path.DirectorySeparatorChar}base{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

        await using (var again = ProductProcess.Start("Api", new Dictionary<string, string>(), arguments))
        {
            await Waiting.FirstScreenAsync(again);
            using var owner = Waiting.Client(address, (await File.ReadAllTextAsync(Path.Combine(data, "token"))).Trim());
            var events = await EventsAsync(owner);
            Assert.Equal(4, events.Count);
            var leaf = await owner.GetByteArrayAsync(new Uri($"/audit/events/{events[0]}/leaf", UriKind.Relative));
            foreach (var id in events)
            {
                var erased = await CommandRun.OfAsync("erase", "text", id.ToString(), "--reason", "Asked for.", "--data", data);
                Assert.True(erased.ExitCode == 0, erased.ToString());
            }

            Assert.Empty(await EventsAsync(owner));
            var files = await CommandRun.OfAsync("erase", "files", "--data", data);
            Assert.True(files.ExitCode == 0, files.ToString());
            Assert.Equal(leaf, await owner.GetByteArrayAsync(new Uri($"/audit/events/{events[0]}/leaf", UriKind.Relative)));
            var verdict = await owner.GetFromJsonAsync<JsonElement>(new Uri("/audit/verify", UriKind.Relative));
            Assert.True(verdict.GetProperty("ok").GetBoolean(), verdict.ToString());
            Assert.Equal(0, await again.StopAsync());
            said.Append(again.Output);
        }

        Assert.Empty(await FilesAsync(data));
        Assert.DoesNotContain(Secret, said.ToString(), StringComparison.Ordinal);
    }

    /// <summary>
    /// A rationale, evidence for a forecast, evidence about a question, and both by an import; the first under a key, so that its answer is kept.
    /// </summary>
    private static async Task WriteAsync(HttpClient owner, string data)
    {
        await Waiting.ProposedAsync(owner, "q", propose: false);
        using var stated = new HttpRequestMessage(HttpMethod.Put, "/questions/q/forecast")
        {
            Headers = { { "Idempotency-Key", "one" } },
            Content = JsonContent.Create(new { probability = 0.6, rationale = $"{Secret} one." }),
        };
        using var revised = new HttpRequestMessage(HttpMethod.Put, "/questions/q/forecast")
        {
            Content = JsonContent.Create(new { probability = 0.7, evidence = new[] { $"{Secret} two" } }),
        };
        using var logged = new HttpRequestMessage(HttpMethod.Post, "/questions/q/evidence")
        {
            Content = JsonContent.Create(
                new
                {
                    occurredAt = DateTimeOffset.UtcNow.AddHours(-1),
                    title = $"{Secret} three",
                    source = "A gazette",
                }
            ),
        };
        foreach (var request in new[] { stated, revised, logged })
        {
            using var response = await owner.SendAsync(request);
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        }

        var madeAt = DateTimeOffset.UtcNow.AddHours(-2).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        var import = await CommandRun.FedAsync(
            $"question,forecaster,made_at,probability,rationale,evidence\nq,elsewhere,{madeAt},0.4,{Secret} four.,{Secret} five\n",
            new Dictionary<string, string>(),
            "import",
            "forecasts",
            "-",
            "--format",
            "csv",
            "--data",
            data
        );
        Assert.True(import.ExitCode == 0, import.ToString());
        var last = (await EventsAsync(owner))[^1];
        await Waiting.UntilAsync(
            async () =>
            {
                using var leaf = await owner.GetAsync(new Uri($"/audit/events/{last}/leaf", UriKind.Relative));
                return leaf.IsSuccessStatusCode ? "there" : null;
            },
            "The import has no leaf."
        );
    }

    /// <summary>The events in whose data the text is.</summary>
    private static async Task<IReadOnlyList<Guid>> EventsAsync(HttpClient owner)
    {
        var page = await owner.GetFromJsonAsync<JsonElement>(new Uri("/audit/events?question=q&limit=500", UriKind.Relative));
        return
        [
            .. page.GetProperty("items")
                .EnumerateArray()
                .Where(e => e.GetProperty("data").GetRawText().Contains(Secret, StringComparison.Ordinal))
                .Select(e => e.GetProperty("eventId").GetGuid()),
        ];
    }

    /// <summary>The files of the data folder that hold the text, but those of the write-ahead log, which is overwritten in its own time.</summary>
    private static async Task<IReadOnlyList<string>> FilesAsync(string data)
    {
        var holding = new List<string>();
        foreach (var file in Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories))
        {
            if (file.Contains($"{Path.DirectorySeparatorChar}pg_wal{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
                continue;
            if ((await File.ReadAllBytesAsync(file)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) >= 0)
                holding.Add(file);
        }

        return holding;
    }
}
