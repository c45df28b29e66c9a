using System.Diagnostics;

namespace EndToEnd.Tests;

/// <summary>The embedded mode across kills of the service and of its database.</summary>
public sealed class EmbeddedModeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("forecasts-e2e-").FullName;

    public EmbeddedModeTests()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static readonly Dictionary<string, string> NoEnvironment = [];

    private async Task<(ProductProcess Api, HttpClient Owner)> StartAsync(IReadOnlyDictionary<string, string>? environment = null, params string[] settings)
    {
        var address = $"http://127.0.0.1:{Waiting.FreePort()}";
        var api = ProductProcess.Start("Api", environment ?? NoEnvironment, ["--urls", address, "--Embedded:DataDirectory", _folder, .. settings]);
        var tokenFile = Path.Combine(_folder, "token");
        await Waiting.FirstScreenAsync(api);
        return (api, Waiting.Client(address, (await File.ReadAllTextAsync(tokenFile)).Trim()));
    }

    private int ServersOnTheFolder()
    {
        var servers = 0;
        foreach (var folder in Directory.GetDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            try
            {
                if (
                    File.ReadAllText(Path.Combine(folder, "cmdline")) is var line
                    && line.Contains(_folder, StringComparison.Ordinal)
                    && line.Contains("listen_addresses", StringComparison.Ordinal)
                )
                    servers++;
            }
            catch (IOException) { }
        }

        return servers;
    }

    [Fact]
    public async Task Killed_between_confirmation_and_scoring_it_scores_after_the_next_start_and_leaves_no_server()
    {
        var (api, owner) = await StartAsync();
        await using (api)
        {
            Assert.True(ServersOnTheFolder() > 0);
            await Waiting.ReadyAsync(owner);
            var second = await Waiting.ProposedAsync(owner, "crash");
            await Waiting.ConfirmAsync(second, "crash");
            await api.KillAsync();
        }

        await Waiting.UntilAsync(() => Task.FromResult(ServersOnTheFolder() == 0 ? "none" : null), "A server outlived its parent.");

        var (again, ownerAgain) = await StartAsync();
        await using (again)
        {
            using var scores = await Waiting.ScoresAsync(ownerAgain, "crash");
            Assert.Equal(1, scores.RootElement.GetProperty("generation").GetInt32());
            Assert.Equal(0, await again.StopAsync());
        }

        Assert.Equal(0, ServersOnTheFolder());
    }

    [Fact]
    public async Task A_database_that_is_killed_runs_again_and_scoring_goes_on()
    {
        var (api, owner) = await StartAsync();
        await using (api)
        {
            var second = await Waiting.ProposedAsync(owner, "revived");

            KillServer();

            await Waiting.UntilAsync(
                async () => (await LiveAsync(owner)) == System.Net.HttpStatusCode.OK && ServersOnTheFolder() > 0 ? "live" : null,
                "The database did not come back."
            );
            await Waiting.ReadyAsync(owner);
            await Waiting.UntilAsync(
                async () =>
                {
                    using var request = new HttpRequestMessage(HttpMethod.Post, "/questions/revived/resolution/confirm") { Headers = { { "If-Match", "*" } } };
                    using var confirmed = await second.SendAsync(request);
                    return confirmed.IsSuccessStatusCode ? "confirmed" : null;
                },
                "The confirmation was not taken."
            );
            using var scores = await Waiting.ScoresAsync(owner, "revived");
            Assert.Equal("yes", scores.RootElement.GetProperty("outcome").GetString());
            Assert.Equal(0, await api.StopAsync());
        }

        Assert.Equal(0, ServersOnTheFolder());
    }

    [Fact]
    public async Task A_database_that_cannot_run_again_ends_the_process_with_the_reason()
    {
        var (api, owner) = await StartAsync(null, "--Embedded:RestartSeconds", "1");
        await using (api)
        {
            await File.AppendAllTextAsync(Path.Combine(_folder, "postgres", "data", "postgresql.conf"), "\nno_such_setting = 1\n");

            KillServer();

            Assert.Equal(1, await api.EndAsync());
            Assert.Contains("no_such_setting", api.Output, StringComparison.Ordinal);
        }

        owner.Dispose();
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static List<string> OpenToOthers(string folder)
    {
        const UnixFileMode Readable = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        return [.. Directory.EnumerateFileSystemEntries(folder).Append(folder).Where(e => (File.GetUnixFileMode(e) & Readable) != 0)];
    }

    [Fact]
    public async Task The_owners_token_is_printed_by_the_first_start_alone_and_the_folder_is_its_owners_alone()
    {
        var (api, owner) = await StartAsync(null, "--Catalogue:Load", "false");
        var token = owner.DefaultRequestHeaders.Authorization!.Parameter!;
        await using (api)
        {
            Assert.Contains(token, api.Output, StringComparison.Ordinal);
            if (!OperatingSystem.IsWindows())
                Assert.Empty(OpenToOthers(_folder));

            Assert.Equal(0, await api.StopAsync());
        }

        var (again, ownerAgain) = await StartAsync(null, "--Catalogue:Load", "false");
        await using (again)
        {
            Assert.Equal(token, ownerAgain.DefaultRequestHeaders.Authorization!.Parameter);
            Assert.DoesNotContain(token, again.Output, StringComparison.Ordinal);
            Assert.Contains(Path.Combine(_folder, "token"), again.Output, StringComparison.Ordinal);
            Assert.Contains("tokens issue owner", again.Output, StringComparison.Ordinal);
            await Waiting.ReadyAsync(ownerAgain);
            Assert.Equal(0, await again.StopAsync());
        }
    }

    private static async Task<System.Net.HttpStatusCode> LiveAsync(HttpClient client)
    {
        using var live = await client.GetAsync(new Uri("/health/live", UriKind.Relative));
        return live.StatusCode;
    }

    private void KillServer()
    {
        using var server = Process.GetProcessById(
            int.Parse(File.ReadLines(Path.Combine(_folder, "postgres", "data", "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture)
        );
        server.Kill();
    }

    [Fact]
    public async Task It_runs_on_the_postgres_that_npm_brings_when_none_is_installed()
    {
        var (api, owner) = await StartAsync(new Dictionary<string, string> { ["FORECASTS_EMBEDDED_POSTGRES"] = "npm" });
        await using (api)
        {
            using var scores = await Waiting.ScoresAsync(owner, "nato-enlargement-stands-2021");
            Assert.Equal("yes", scores.RootElement.GetProperty("outcome").GetString());
            Assert.Equal(0, await api.StopAsync());
        }
    }
}
