using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EndToEnd.Tests;

/// <summary>Commands find the service of their own folder.</summary>
public sealed partial class OwnServiceTests : IDisposable
{
    private static readonly Dictionary<string, string> NoEnvironment = [];

    private readonly string _folder = Directory.CreateTempSubdirectory("forecasts-e2e-").FullName;

    public OwnServiceTests()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Commands_work_on_the_service_of_their_own_folder_and_never_on_anothers()
    {
        var (ours, theirs) = (await StartAsync("ours"), await StartAsync("theirs"));
        await using (theirs.Process)
        {
            await using (ours.Process)
            {
                foreach (var (service, name) in new[] { (ours, "ana"), (theirs, "ben") })
                {
                    var added = await CommandRun.OfAsync("people", "add", name, "--data", service.Data);
                    Assert.True(added.ExitCode == 0, added.ToString());
                    Assert.Equal([name, "owner"], await PeopleAsync(service.Data));
                    var exported = await CommandRun.OfAsync("export", "questions", "--data", service.Data);
                    Assert.True(exported.ExitCode == 0, exported.ToString());
                    var look = await CommandRun.OfAsync("doctor", "--json", "--data", service.Data);
                    Assert.Equal(("sound", $"{service.Address} is ready."), ServiceCheck(look));
                }

                // The owner's token of one folder is shown to no other service, also where that is named.
                var stranger = await CommandRun.OfAsync("people", "list", "--data", ours.Data, "--server", theirs.Address);
                Assert.Equal((1, ""), (stranger.ExitCode, stranger.Output));
                Assert.Contains("401", stranger.Error, StringComparison.Ordinal);

                // What is named wins over the folder.
                var token = (await File.ReadAllTextAsync(Path.Combine(theirs.Data, "token"))).Trim();
                var named = await CommandRun.OfAsync("people", "list", "--json", "--data", ours.Data, "--server", theirs.Address, "--token", token);
                Assert.Equal(["ben", "owner"], named.Json.EnumerateArray().Select(p => p.GetProperty("analyst").GetString()));
                await ours.Process.KillAsync();
            }

            // Ours has ended without a word, and somebody else listens where it did.
            var third = await StartAsync("third", ours.Address);
            await using (third.Process)
            {
                var refused = await CommandRun.FedAsync("question,title\n", NoEnvironment, "import", "questions", "-", "--format", "csv", "--data", ours.Data);
                Assert.Equal((3, ""), (refused.ExitCode, refused.Output));
                Assert.Contains($"none runs on the data folder {ours.Data}", refused.Error, StringComparison.Ordinal);
                Assert.Equal(["ana", "owner"], await PeopleAsync(ours.Data));
                var look = await CommandRun.OfAsync("doctor", "--json", "--data", ours.Data);
                Assert.Equal("doubtful", ServiceCheck(look).State);
                Assert.Equal(0, await third.Process.StopAsync());
            }

            Assert.Equal(0, await theirs.Process.StopAsync());
        }

        // A service that has stopped leaves no address behind.
        Assert.False(File.Exists(Path.Combine(theirs.Data, "service.json")));
        var nobody = await CommandRun.OfAsync("export", "questions", "--data", theirs.Data);
        Assert.Equal((3, ""), (nobody.ExitCode, nobody.Output));
    }

    [Fact]
    public async Task A_folder_that_is_in_use_and_a_port_that_is_taken_are_told_in_a_sentence()
    {
        await using var running = (await StartAsync("data")).Process;
        var (address, data) = (Address(running), Path.Combine(_folder, "data"));

        var second = await StartedAsync("--urls", $"http://127.0.0.1:{Waiting.FreePort()}", "--Embedded:DataDirectory", data);
        Assert.Equal(1, second.ExitCode);
        Assert.Contains($"A service runs on the data folder {data} already, at {address}", second.Error, StringComparison.Ordinal);

        var port = new Uri(address).Port;
        var taken = await StartedAsync("--urls", address, "--Embedded:DataDirectory", Path.Combine(_folder, "other"));
        Assert.Equal(1, taken.ExitCode);
        Assert.Contains($"Port {port} is taken", taken.Error, StringComparison.Ordinal);
        Assert.Contains($"--urls http://127.0.0.1:{port + 1}", taken.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "other", "postgres")));
    }

    [Theory]
    [InlineData("'nonsense' is no address to listen on", "--urls", "nonsense")]
    [InlineData("ConnectionStrings__Forecasts cannot be read", "--ConnectionStrings:Forecasts", "Hots=nowhere;;=")]
    [InlineData("The database f at 127.0.0.1:1 does not answer", "--ConnectionStrings:Forecasts", "Host=127.0.0.1;Port=1;Database=f;Username=u;Password=p")]
    [InlineData("there is no machine of that name", "--ConnectionStrings:Forecasts", "Host=no-such-machine.invalid;Database=f;Username=u;Password=p")]
    public async Task What_keeps_it_from_starting_is_told_in_a_sentence(string said, params string[] arguments)
    {
        var run = await StartedAsync([.. arguments, "--Embedded:DataDirectory", Path.Combine(_folder, "never")]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_postgres_it_names_the_ways_to_get_one()
    {
        var run = await StartedAsync(
            new Dictionary<string, string> { ["FORECASTS_EMBEDDED_POSTGRES"] = "none" },
            "--urls",
            $"http://127.0.0.1:{Waiting.FreePort()}",
            "--Embedded:DataDirectory",
            Path.Combine(_folder, "never")
        );
        Assert.Equal(1, run.ExitCode);
        foreach (
            var way in new[]
            {
                "ConnectionStrings__Forecasts",
                "install PostgreSQL",
                "Node.js",
                "FORECASTS_EMBEDDED_POSTGRES is 'none', which is no way to look",
            }
        )
            Assert.Contains(way, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, "does not answer", "people", "list", "--database", "Host=127.0.0.1;Port=1;Username=u;Password=p;Database=f")]
    [InlineData(3, "does not answer", "rescore", "--dry-run", "--database", "Host=127.0.0.1;Port=1;Username=u;Password=p;Database=f")]
    [InlineData(3, "does not answer", "rebuild", "--database", "Host=127.0.0.1;Port=1;Username=u;Password=p;Database=f")]
    [InlineData(2, "cannot be read", "people", "list", "--database", "Hots=nowhere;;=")]
    [InlineData(3, "Nothing answers at http://127.0.0.1:1/", "people", "list", "--server", "http://127.0.0.1:1")]
    [InlineData(2, "'nowhere' is no address of a service", "people", "list", "--server", "nowhere")]
    [InlineData(2, "'peple' is no command", "peple")]
    [InlineData(2, "A command is missing after 'people'", "people")]
    [InlineData(2, "'analyst' is missing", "people", "add")]
    [InlineData(2, "'king' is not among", "people", "add", "ana", "--role", "king")]
    [InlineData(2, "'everything' is not among", "export", "everything")]
    [InlineData(2, "'--frist' is no option", "doctor", "--frist")]
    [InlineData(2, "'soon' is no time", "tokens", "issue", "ana", "--expires", "soon")]
    public async Task A_command_that_goes_wrong_says_so_in_a_sentence_and_by_its_exit_code(int exitCode, string said, params string[] arguments)
    {
        var run = await CommandRun.OfAsync(arguments);
        Assert.True(run.ExitCode == exitCode && run.Output.Length == 0, run.ToString());
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.DoesNotMatch(Foreign(), run.Error);
    }

    private static (string State, string Found) ServiceCheck(CommandRun doctor)
    {
        var check = doctor.Json.GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("name").GetString() == "service");
        return (check.GetProperty("state").GetString()!, check.GetProperty("found").GetString()!);
    }

    private static async Task<string?[]> PeopleAsync(string data)
    {
        var run = await CommandRun.OfAsync("people", "list", "--json", "--data", data);
        Assert.True(run.ExitCode == 0, run.ToString());
        return [.. run.Json.EnumerateArray().Select(p => p.GetProperty("analyst").GetString())];
    }

    private static string Address(ProductProcess process) => Opened().Match(process.Output).Groups[1].Value;

    private static Task<CommandRun> StartedAsync(params string[] arguments) => StartedAsync(NoEnvironment, arguments);

    /// <summary>A start that comes to nothing, of which no word is a framework's.</summary>
    private static async Task<CommandRun> StartedAsync(Dictionary<string, string> environment, params string[] arguments)
    {
        var run = await CommandRun.OfAsync(environment, arguments);
        Assert.DoesNotMatch(Foreign(), run.Error + run.Output);
        return run;
    }

    private async Task<(ProductProcess Process, string Address, string Data)> StartAsync(string name, string? at = null)
    {
        var (address, data) = (at ?? $"http://127.0.0.1:{Waiting.FreePort()}", Path.Combine(_folder, name));
        var process = ProductProcess.Start("Api", NoEnvironment, "--urls", address, "--Embedded:DataDirectory", data, "--Catalogue:Load", "false");
        await Waiting.FirstScreenAsync(process);
        return (process, address, data);
    }

    [GeneratedRegex(@"Open +(http://[0-9.:]+) ")]
    private static partial Regex Opened();

    [GeneratedRegex(
        @"Exception|   at |\b(System|Microsoft|Npgsql|Marten|JasperFx)\.\w|Failed to connect|"
            + @"Unrecognized|Required (argument|command)|Couldn't|Cannot parse|Name or service"
    )]
    private static partial Regex Foreign();
}
